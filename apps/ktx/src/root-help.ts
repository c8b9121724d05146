/** The output of `ktx --help`. Not made by commander, whose loading takes half the time of a start. */
export const rootHelp: string = `Usage: ktx <command> [options]

Run real jobs on the local Codex sign-in.

Commands:
  demo [question]  watch the real Codex work offline, with a scripted model
  login            sign in to Codex
  setup            create or update ktx.yaml
  status           check that this project is ready
  run [prompt]     run the model once, with your tools
  chat             talk with the model, with your tools
  threads          list or delete the conversations on disk
  models           list the models of the installed Codex
  config           show or check ktx.yaml
  logout           remove the sign-in of Codex

Options:
  -V, --version    print the version
  -h, --help       print this; "ktx <command> --help" explains a command
  --verbose        show the stack of an error

Exit codes: 0 done or ready, 1 failed or not ready, 2 wrong usage, 3 stopped by
a budget or a time limit, 130 interrupted.
`;
