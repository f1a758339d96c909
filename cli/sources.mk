CLI :=
