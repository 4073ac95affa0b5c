# Completion of bulkmarc for fish.

set -l subcommands export check generate
set -l none "not __fish_seen_subcommand_from $subcommands"
set -l any "__fish_seen_subcommand_from $subcommands"
set -l reads "__fish_seen_subcommand_from export check"
set -l writes "__fish_seen_subcommand_from export generate"
set -l exports "__fish_seen_subcommand_from export"
set -l generates "__fish_seen_subcommand_from generate"

complete -c bulkmarc -s h -l help -d "Show help"
complete -c bulkmarc -n $none -l version -d "Show the version"
complete -c bulkmarc -n $none -f -a export -d "Export every record of the inputs to one file"
complete -c bulkmarc -n $none -f -a check -d "Tell what an export would do"
complete -c bulkmarc -n $none -f -a generate -d "Make a realistic catalogue"

complete -c bulkmarc -n $reads -l from -x -a "mrc marcxml json ndjson mrk" -d "Input format"
complete -c bulkmarc -n $reads -l strict -d "Reject what would be repaired"
complete -c bulkmarc -n $reads -l to-utf8 -d "Convert to UTF-8 in mrc, too"
complete -c bulkmarc -n $reads -l nfc -d "Compose characters"
complete -c bulkmarc -n $reads -l max-findings -x -d "Most findings that the report lists"
complete -c bulkmarc -n $exports -l rejects -r -F -d "File for rejected records"

complete -c bulkmarc -n $reads -l where -x -d "Only records of which this holds"
complete -c bulkmarc -n $reads -l ids -r -F -d "Only records with these control numbers"
complete -c bulkmarc -n $reads -l skip -x -d "Leave out the first records"
complete -c bulkmarc -n $reads -l limit -x -d "Stop when so many are exported"
complete -c bulkmarc -n $reads -l sample -x -d "So many, drawn at random"
complete -c bulkmarc -n $reads -l seed -x -d "Which sample"
complete -c bulkmarc -n $reads -l fields -x -d "Only these fields and subfields"
complete -c bulkmarc -n $reads -l drop-fields -x -d "None of these fields and subfields"

complete -c bulkmarc -n $generates -l records -x -d "How many records to make"
complete -c bulkmarc -n $generates -l seed -x -d "Which catalogue"

complete -c bulkmarc -n $any -l to -x -a "mrc marcxml json ndjson mrk csv tsv copy" -d "Output format"
complete -c bulkmarc -n $reads -l table -x -a "subfields records" -d "Which rows"
complete -c bulkmarc -n $reads -l columns -x -d "Columns of a row for each record"
complete -c bulkmarc -n $reads -l joint -x -d "What stands between values"
complete -c bulkmarc -n $writes -s o -l output -r -F -d "File to write"
complete -c bulkmarc -n $writes -l compress -x -a "gz zst none" -d "How to compress the output"
complete -c bulkmarc -n $writes -l level -x -d "Compression level"
complete -c bulkmarc -n $writes -l split-records -x -d "Most records of a part"
complete -c bulkmarc -n $writes -l split-size -x -d "Most bytes of a part"
complete -c bulkmarc -n $writes -l resume -d "Go on with the parts of a run that was cut off"
complete -c bulkmarc -n $writes -l no-clobber -d "Fail if the output exists"
complete -c bulkmarc -n $writes -l no-sync -d "Do not wait for the disk"
complete -c bulkmarc -n $writes -l backend -x -a "auto mapped stream" -d "How to write"

complete -c bulkmarc -n $any -l threads -x -d "Threads that work at once"
complete -c bulkmarc -n $any -l batch-size -x -d "Input that one task handles"

complete -c bulkmarc -n $any -l report -r -F -d "Write the account of the run"
complete -c bulkmarc -n $any -s q -l quiet -d "Print errors only, and one line where records were rejected"
