import { completionServer } from "../completion/completion-server.ts";

/**
 * True when a command line names a module of the user, whose code then runs in the process of the command. In doubt
 * true: a prompt may hold the name of a flag. Pure.
 */
export function loadsUserCode(args: readonly string[]): boolean {
  // It completes a command line that may name one, and loads none.
  if (args[0] === completionServer) return false;
  return args.some((arg, index) => {
    const [flag = "", value = args[index + 1]] = arg.split("=", 2);
    if (flag === "--tools") return true;
    return flag === "--schema" && value?.toLowerCase().endsWith(".json") !== true;
  });
}
