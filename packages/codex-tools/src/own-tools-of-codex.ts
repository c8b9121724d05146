/**
 * The names of Codex's own tools. Codex accepts a dynamic tool of such a name, then leaves it out of the request without
 * a word, and takes a call of it for its own: `exec_command` and `shell_command` in strict isolation, too, and the
 * others with the user's own configuration (measured on 0.163.0 with gpt-5.5 and gpt-6.1-sol).
 */
export const ownToolsOfCodex: ReadonlySet<string> = new Set([
  "apply_patch",
  "close_agent",
  "create_goal",
  "exec",
  "exec_command",
  "followup_task",
  "get_goal",
  "interrupt_agent",
  "list_agents",
  "list_mcp_resource_templates",
  "list_mcp_resources",
  "local_shell",
  "read_mcp_resource",
  "request_permissions",
  "request_plugin_install",
  "request_user_input",
  "request_user_input_async",
  "resume_agent",
  "send_input",
  "send_message",
  "shell",
  "shell_command",
  "sleep",
  "spawn_agent",
  "tool_search",
  "update_goal",
  "update_plan",
  "view_image",
  "wait",
  "wait_agent",
  "web_search",
  "write_stdin",
]);
