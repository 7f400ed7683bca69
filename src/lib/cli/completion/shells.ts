/** The functions that call `prod-e2e complete` on Tab, one per shell. They never run what the program prints. */

export const SHELLS = ['bash', 'zsh', 'fish', 'powershell'] as const;
export type Shell = (typeof SHELLS)[number];

/** One candidate per line: value, a tab, a description. Without candidates, the shell offers files. */
const SCRIPTS: Readonly<Record<Shell, string>> = {
  // macOS has bash 3.2: no mapfile, no nosort. %q, because a name from a config may contain anything.
  bash: `# prod-e2e: completion for bash.   source <(prod-e2e autocomplete init bash)
_prod_e2e() {
  local value about quoted
  COMPREPLY=()
  while IFS=$'\\t' read -r value about; do
    printf -v quoted %q "$value"
    COMPREPLY+=("$quoted")
  done < <("\${COMP_WORDS[0]}" complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -o nosort -F _prod_e2e prod-e2e 2>/dev/null || complete -o default -F _prod_e2e prod-e2e
`,
  zsh: `# prod-e2e: completion for zsh, after compinit.   source <(prod-e2e autocomplete init zsh)
_prod_e2e() {
  local value about
  local -a values shown
  while IFS=$'\\t' read -r value about; do
    values+=("$value")
    shown+=("$value\${about:+  -- $about}")
  done < <("\${words[1]}" complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  if (( \${#values} )); then
    compadd -l -V prod-e2e -d shown -a -- values
  else
    _files
  fi
}
compdef _prod_e2e prod-e2e
`,
  fish: `# prod-e2e: completion for fish.   prod-e2e autocomplete init fish | source
function __prod_e2e_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l offered ($words[1] complete -- $words[2..-1] 2>/dev/null)
    if set -q offered[1]
        printf '%s\\n' $offered
    else
        __fish_complete_path (commandline -ct)
    end
end
complete -c prod-e2e -f -k -a '(__prod_e2e_complete)'
`,
  // An empty last word does not reach a program in every PowerShell: --next stands for it.
  powershell: `# prod-e2e: completion for PowerShell.   prod-e2e autocomplete init powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName prod-e2e -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $words = @($commandAst.CommandElements | Select-Object -Skip 1 | Where-Object { $_.Extent.EndOffset -le $cursorPosition } | ForEach-Object { "$_" })
  $next = @(if ($wordToComplete -eq '') { '--next' })
  & prod-e2e complete @next -- @words 2>$null | ForEach-Object {
    $value, $about = $_ -split "\`t", 2
    $shown = if ($about) { $about } else { $value }
    [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $shown)
  }
}
`,
};

export function completionScript(shell: Shell): string {
  return SCRIPTS[shell];
}
