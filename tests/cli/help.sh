#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Help, version and completions: all from the tables of verbs and options.
set -u
assay=$1
. tests/checks/expect.sh
. tests/checks/verbs.sh


fits() {
    ! "$@" | grep -nE '^.{80,}'
}

says() {
    text=$1
    shift
    "$@" | grep -qF -- "$text"
}

refuses() {
    "$@" > "$output/out" 2> "$output/err"
    [ $? -eq 2 ] && [ ! -s "$output/out" ] && [ "$(wc -l < "$output/err")" -eq 2 ] &&
        grep -q '^hint: ' "$output/err"
}

options_of() {
    "$assay" $1 --help | grep -oE -- '^  (-.,|   ) --[a-z-]+' | grep -oE -- '--[a-z-]+'
}

expect "the help names verbs" test -n "$(verbs_below "$assay")"
expect "the help fits 80 columns" fits "$assay" --help
expect "-h is --help" sh -c "[ \"\$('$assay' -h)\" = \"\$('$assay' --help)\" ]"
expect "--version says a version" sh -c "'$assay' --version | grep -qE '^assay [0-9]+\.[0-9]+'"
expect "no verb is a usage error" refuses "$assay"
expect "an unknown verb is a usage error" refuses "$assay" shwo
expect "an unknown shell is a usage error" refuses "$assay" --completion tcsh

for verb in $(verbs_below "$assay"); do
    [ -n "$(verbs_below "$assay" "$verb")" ] || continue
    expect "the help of $verb fits 80 columns" fits "$assay" "$verb" --help
    expect "$verb wants a verb" refuses "$assay" "$verb"
    expect "$verb refuses an unknown verb" refuses "$assay" "$verb" no-such-verb
done

runnable_verbs "$assay" > "$output/verbs"
while read -r verb; do
    # The name of a verb may be several words.
    expect "the help of $verb fits 80 columns" fits "$assay" $verb --help
    expect "the help of $verb needs no argument" "$assay" $verb -h
    expect "$verb refuses an unknown option" refuses "$assay" $verb --no-such-option x
    expect "$verb refuses an unknown letter" refuses "$assay" $verb -Z x
    for shell in bash zsh fish; do
        expect "$shell completes $verb" says "${verb##* }" "$assay" --completion $shell
        for option in $(options_of "$verb"); do
            expect "$shell completes $option" says "${option#--}" "$assay" --completion $shell
        done
    done
done < "$output/verbs"
for verb in show replay check convert; do
    expect "$verb without its argument is a usage error" refuses "$assay" $verb
done

# Each script parses where its shell is installed; bash's is tried as well.
for shell in bash zsh fish; do
    "$assay" --completion $shell > "$output/completion"
    command -v $shell > "$output/which" || { echo "skipped: $shell is not installed"; continue; }
    expect "the completion for $shell parses" $shell -n "$output/completion"
done

cat > "$output/try.bash" <<'TRY'
source "$1"
shift
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_assay
printf '%s\n' "${COMPREPLY[@]}"
TRY

completes() {
    expected=$1
    shift
    [ "$(bash "$output/try.bash" "$output/completion" assay "$@" | sort | tr '\n' ' ')" = "$expected " ]
}

if command -v bash > "$output/which"; then
    "$assay" --completion bash > "$output/completion"
    expect "bash: a verb" completes show sho
    expect "bash: an option" completes --color show --col
    expect "bash: the words of an option" completes "json text yaml" show --format ""
    expect "bash: the words of a letter" completes json show -f j
    expect "bash: a member of a list" completes "tail tail-garbage" show --fail-on tai
    expect "bash: a severity" completes warning replay --fail-on warn
    expect "bash: the next member of a list" completes "note,tail note,tail-garbage" check --fail-on note,tai
    expect "bash: the words after =" completes json show --format = j
    expect "bash: all words after =" completes "json text yaml" show --format =
    expect "bash: a file" completes tests/cli/help.sh show tests/cli/hel
fi

# zsh's own part is left out: what our function hands to it is looked at.
cat > "$output/try.zsh" <<'TRY'
fpath=($1)
autoload -Uz _assay
compdef() { print "compdef $*" }
_describe() { print "$1"; print -l ${(P)2} }
_arguments() { print -l -- "$@" }
words=("${@[2,-1]}")
CURRENT=$#words
_assay
TRY

gives() {
    text=$1
    shift
    zsh -f "$output/try.zsh" "$output/zsh" assay "$@" 2>&1 | grep -qF -- "$text"
}

if command -v zsh > "$output/which"; then
    mkdir "$output/zsh"
    "$assay" --completion zsh > "$output/zsh/_assay"
    expect "zsh: verbs, at the first call" gives "show:print every event" sho
    expect "zsh: options of a verb" gives "--raw[the data of each event" show --r
    expect "zsh: the words of an option" gives ":format:(text json yaml)" replay --format ""
    expect "zsh: the members of a list" gives ":fail-on:_values -s , fail-on note warning error tail" check --fail-on ""
    expect "zsh: files" gives "*:file:_files" check ""
    expect "zsh: sourced it registers itself" sh -c "zsh -f -c 'compdef() { print \$* }; source $output/zsh/_assay' | grep -qx '_assay assay'"
fi

if command -v fish > "$output/which"; then
    "$assay" --completion fish > "$output/completion"
    offers() {
        expected=$1
        offered=$(HOME=$output fish -c "source $output/completion; complete -C '$2'" | cut -f 1 | sort | tr '\n' ' ')
        [ "$offered" = "$expected " ] || { echo "offered: $offered"; return 1; }
    }
    expect "fish: a verb" offers show "assay sho"
    expect "fish: an option" offers --color "assay show --col"
    expect "fish: the words of an option" offers "json text yaml" "assay show --format "
    expect "fish: a member of a list" offers "tail tail-garbage" "assay show --fail-on tai"
    expect "fish: the next member of a list" offers "note,tail note,tail-garbage" "assay check --fail-on note,tai"
fi
finish
