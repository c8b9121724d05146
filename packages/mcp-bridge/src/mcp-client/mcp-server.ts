/** An MCP server over stdio: a program that is started, and ended with the connection. */
export interface McpCommand {
  /** The program, found on PATH. It runs without a shell; on Windows, start a `.cmd` file by `cmd /c`. */
  readonly command: string;
  readonly args?: readonly string[];
  /**
   * Variables for the server. Of the host's variables, it gets only those that programs need (`PATH`, `HOME`, the
   * language, the temporary folder and similar ones), and no keys.
   */
  readonly env?: Readonly<Record<string, string>>;
  /** The folder in which it runs. @default that of the host */
  readonly cwd?: string;
}

/** An MCP server over Streamable HTTP. */
export interface McpUrl {
  /** `http` or `https`, without user and password. */
  readonly url: string | URL;
  /** Headers of each request, such as `Authorization`. No error shows their values. */
  readonly headers?: Readonly<Record<string, string>>;
}

export type McpServer = McpCommand | McpUrl;
