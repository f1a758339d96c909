#!/usr/bin/env bats
load common

@test "help asked for goes to stdout with status 0" {
	for words in 'help' '--help' 'help convert' 'convert --help' \
		'key new -h' 'help dataset info' 'report --help'; do
		# shellcheck disable=SC2086 # words
		run --separate-stderr "$FLOWVEIL" $words
		[ "$status" -eq 0 ]
		[ -n "$output" ]
		[ -z "$stderr" ]
	done
}

@test "help COMMAND is COMMAND --help" {
	diff <("$FLOWVEIL" help convert) <("$FLOWVEIL" convert --help)
}

@test "every subcommand of the overview has help with an example" {
	"$FLOWVEIL" help | sed -n 's/^  \([a-z]* *[a-z]*\)   *[a-z].*/\1/p' >names
	[ "$(wc -l <names)" -ge 6 ]
	while read -r name; do
		# shellcheck disable=SC2086 # words
		"$FLOWVEIL" help $name | grep -q 'examples:'
	done <names
}

@test "help fits eighty columns" {
	for name in convert report anonymize reveal 'key new' 'key show' 'key destroy' 'dataset info' 'dataset schema' 'dataset export' \
		'dataset package'; do
		# shellcheck disable=SC2086 # words
		[ "$("$FLOWVEIL" help $name | awk 'length > 80' | wc -l)" -eq 0 ]
	done
	[ "$("$FLOWVEIL" help | awk 'length > 80' | wc -l)" -eq 0 ]
}

@test "no command, an unknown one and half a one are misuse" {
	for words in '' 'frobnicate' 'key' 'key frobnicate' 'dataset'; do
		# shellcheck disable=SC2086 # words
		run --separate-stderr "$FLOWVEIL" $words
		[ "$status" -eq 2 ]
		[ -z "$output" ]
		[ -n "$stderr" ]
	done
}

@test "an unknown option is misuse, and named" {
	for name in convert report 'key new' 'key show' 'key destroy' 'dataset info'; do
		# shellcheck disable=SC2086 # words
		run --separate-stderr "$FLOWVEIL" $name --frobnicate
		[ "$status" -eq 2 ]
		[[ "$stderr" == *"--frobnicate"* ]]
	done
}

@test "the version is printed" {
	run "$FLOWVEIL" --version
	[ "$status" -eq 0 ]
	[[ "$output" =~ ^flowveil\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
}

@test "a standard output that is full is a failure" {
	run bash -c '"$FLOWVEIL" help convert >/dev/full'
	[ "$status" -eq 1 ]
	[[ "$output" == *"No space left"* ]]
}
