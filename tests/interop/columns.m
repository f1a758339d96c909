% The lines of columns.py, as GNU Octave sees a dataset.
%
%	octave-cli --no-init-file columns.m DATASET
function put (name, values)
  n = numel (values);
  if (ischar (values))
    texts = strtrim (strrep (cellstr (values), "\0", ""));
    printf ("%s %d %d \"%s\" \"%s\"\n", name, rows (values), ...
            sum (cellfun (@numel, texts)), texts{1}, texts{end});
  elseif (n == 0)
    printf ("%s 0 0 - -\n", name);
  else
    values = values(:);
    if (isinteger (values) && ! any (strcmp (class (values), {"uint8", "uint16"})))
      rest = mod (values, cast (65521, class (values)));
    else
      rest = values;
      if (! isa (values, "uint8"))
        rest = mod (double (values), 65521);
      end
    end
    % printf would turn large numbers into doubles; disp does not.
    printf ("%s %d %d %s %s\n", name, n, sum (double (rest)), ...
            strtrim (disp (min (values))), strtrim (disp (max (values))));
  end
end

d = load (argv (){1});
for table = sort (fieldnames (d))'
  columns = d.(table{1});
  for column = sort (fieldnames (columns))'
    put ([table{1} "/" column{1}], columns.(column{1}));
  end
end
