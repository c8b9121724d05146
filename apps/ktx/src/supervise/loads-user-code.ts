/**
 * True when a command line names a module of the user, whose code then runs in the process of the command. In doubt
 * true: a prompt may hold the name of a flag. Pure.
 */
export function loadsUserCode(args: readonly string[]): boolean {
  return args.some((arg, index) => {
    const [flag = "", value = args[index + 1]] = arg.split("=", 2);
    if (flag === "--tools") return true;
    return flag === "--schema" && value?.toLowerCase().endsWith(".json") !== true;
  });
}
