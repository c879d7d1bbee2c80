// What a shell runs to complete a command line. It asks the command and knows nothing itself, so that it is never out of date.
import type { shells } from "./wanted.ts";

type Shell = (typeof shells)[number];

/** How the script is put to use, for `--help`. */
export const howToUse: Readonly<Record<Shell, string>> = {
  bash: "source <(fencegen completion bash), in ~/.bashrc",
  zsh: "source <(fencegen completion zsh), in ~/.zshrc after compinit",
  fish: "fencegen completion fish | source, in ~/.config/fish/config.fish",
};

export const scripts: Readonly<Record<Shell, string>> = {
  // A colon parts words for readline, but not for the command: the line is parted at blanks, and what readline keeps is taken off.
  bash: `# Completion of fencegen for bash: ${howToUse.bash}.
_fencegen() {
  local line="\${COMP_LINE:0:COMP_POINT}" answer word
  local -a words
  read -ra words <<< "$line"
  [[ "$line" == *[[:space:]] ]] && words+=("")
  word="\${words[\${#words[@]}-1]}"
  COMPREPLY=()
  while IFS= read -r answer; do
    [[ "$word" == *:* && "$COMP_WORDBREAKS" == *:* ]] && answer="\${answer#"\${word%"\${word##*:}"}"}"
    COMPREPLY+=("$answer")
  done < <("\${words[0]}" complete -- "\${words[@]:1}" 2>/dev/null)
}
complete -o default -F _fencegen fencegen
`,
  zsh: `#compdef fencegen
# Completion of fencegen for zsh: ${howToUse.zsh}.
_fencegen() {
  local -a answers
  answers=("\${(@f)$("\${words[1]}" complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -n "\${answers[1]}" ]]; then
    compadd -a answers
  else
    _files
  fi
}
compdef _fencegen fencegen
`,
  fish: `# Completion of fencegen for fish: ${howToUse.fish}.
function __fencegen_complete
    set -l line (commandline -opc)
    fencegen complete -- $line[2..-1] (commandline -ct) 2>/dev/null
end
complete -c fencegen -a '(__fencegen_complete)'
`,
};
