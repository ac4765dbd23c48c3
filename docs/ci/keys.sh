# SPDX-License-Identifier: BSD-2-Clause
# Sourced by the steps: a folder of their own, and keys that pipelines hand over as text.
work=$(mktemp -d) # which nobody else may read
trap 'rm -rf "$work"' EXIT
trap 'exit 2' HUP INT TERM

# key_file KEY NAME: what an option of assay takes for it is then in $key
key_file() {
    case $1 in
    -----BEGIN*)
        key=$work/$2.pem
        printf '%s\n' "$1" > "$key"
        ;;
    *) key=$1 ;;
    esac
}
