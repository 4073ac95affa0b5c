# Completion of bulkmarc-pgload for bash.

_bulkmarc_pgload() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} words=
  case $previous in
    --table) words="records subfields" ;;
    --from) words="mrc marcxml json ndjson mrk" ;;
    --columns | --joint | --schema | --name | --dbname | --connections | --where | --limit | --delete-where) return ;;
    *)
      if [[ $current != -* ]]; then
        compopt -o default
        return
      fi
      words="-h --help -V --version --from --keep-going --strict --where --limit --rejects --table --columns --joint
        --schema --name --add-columns --upsert --delete-where --delete-ids --dbname --connections --report -q --quiet"
      ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}

complete -F _bulkmarc_pgload bulkmarc-pgload
