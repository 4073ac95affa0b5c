# Completion of bulkmarc for bash.

_bulkmarc() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
  local records="mrc marcxml json ndjson mrk"
  local output="-o --output --to --compress --level --split-records --split-size --resume
    --no-clobber --no-sync --backend"
  local tables="--table --columns --joint"
  local speed="--threads --batch-size"
  local selection="--where --ids --skip --limit --sample --seed --fields --drop-fields"
  local report="--report -q --quiet"
  local words=

  case $previous in
    --to) words="$records csv tsv copy" ;;
    --from) words=$records ;;
    --table) words="subfields records" ;;
    --compress) words="gz zst none" ;;
    --backend) words="auto mapped stream" ;;
    --level | --split-records | --split-size | --threads | --batch-size | --max-findings | --records | --seed | --columns | --joint | --where | --skip | --limit | --sample | --fields | --drop-fields) return ;;
    -o | --output | --rejects | --ids | --report) compopt -o default; return ;;
    *)
      if ((COMP_CWORD == 1)); then
        words="export check generate help -h --help -V --version"
      elif [[ $current == -* ]]; then
        case ${COMP_WORDS[1]} in
          export) words="-h --help --from --keep-going --strict --to-utf8 --nfc --max-findings --rejects $selection $output $tables $speed $report" ;;
          check) words="-h --help --from --keep-going --strict --to-utf8 --nfc --max-findings $selection --to $tables $speed $report" ;;
          generate) words="-h --help --records --seed $output $speed $report" ;;
        esac
      elif [[ ${COMP_WORDS[1]} != generate ]]; then
        compopt -o default
        return
      fi
      ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}

complete -F _bulkmarc bulkmarc
