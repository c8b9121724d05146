import { type Shell } from "./format-suggestions.ts";

/** With this line of `ktx completion-server`, a script of zsh or fish completes files. */
export const filesMark = "__tabtab_complete_files__";

/** The script that a shell sources to complete `ktx`. */
export async function completionScript(shell: Shell): Promise<string> {
  if (shell === "fish") return fishScript;
  const { getCompletionScript } = await import("@pnpm/tabtab");
  return getCompletionScript({ name: "ktx", completer: "ktx", shell });
}

/** The library's script for fish evaluates the words of the command line, so that a typed `$(…)` would run. */
const fishScript = String.raw`###-begin-ktx-completion-###
function _ktx_completion
    set -l current (commandline -ct)
    set -l words (commandline -opc)
    set -l completions (env SHELL=fish ktx completion-server -- $words "$current" 2>/dev/null)
    if test "$completions[1]" = ${filesMark}
        __fish_complete_path "$current"
    else
        string join \n -- $completions
    end
end

complete -c ktx -f -a '(_ktx_completion)'
###-end-ktx-completion-###
`;
