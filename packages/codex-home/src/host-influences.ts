import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { signInHome, userHome } from "./cache-folder.ts";
import { machineFolder, parseToml } from "./administrator-settings.ts";

/** A file or folder on this machine, outside of the run, that changes Codex's behaviour or the model's input. */
export interface HostInfluence {
  /** The file or folder. */
  readonly path: string;
  /** Its effect, such as `mcp_servers: browser, mail`. */
  readonly brings: string;
}

export interface InfluenceScene {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly workingDirectory: string;
}

/**
 * The files and folders on this machine that influence Codex. `machine`: only the settings of an administrator for
 * the whole machine, which reach Codex in every isolation mode; `host`: also those of the user.
 */
export async function readInfluences(
  extent: "machine" | "host",
  scene: InfluenceScene,
): Promise<readonly HostInfluence[]> {
  const places = [
    ...machinePlaces(scene),
    ...(extent === "host" ? [...userPlaces(scene), ...folderPlaces(scene)] : []),
  ];
  // The working directory may be the user's home.
  const different = new Map(places.map((place) => [place.path, place]));
  const found = await Promise.all([...different.values()].map(readPlace));
  return found.flat();
}

/** A place that Codex reads, and the way to detect its content. */
interface Place {
  readonly path: string;
  readonly kind: "settings" | "file" | "folder";
  readonly brings: string;
}

function userPlaces({ env, platform }: InfluenceScene): readonly Place[] {
  const home = signInHome(env, platform);
  return [
    settings(home, "config.toml"),
    file(home, "AGENTS.md", "instructions"),
    file(home, "AGENTS.override.md", "instructions"),
    file(home, "hooks.json", "hooks"),
    ...["skills", "rules", "memories", "agents", "plugins"].map((name) => folder(home, name, name)),
    folder(join(userHome(env, platform), ".agents"), "skills", "skills"),
  ];
}

/** Only the working directory itself is checked; Codex also reads the folders above it. */
function folderPlaces({ workingDirectory }: InfluenceScene): readonly Place[] {
  return [
    file(workingDirectory, "AGENTS.md", "instructions"),
    file(workingDirectory, "AGENTS.override.md", "instructions"),
    settings(join(workingDirectory, ".codex"), "config.toml"),
    folder(join(workingDirectory, ".agents"), "skills", "skills"),
  ];
}

function machinePlaces({ env, platform }: InfluenceScene): readonly Place[] {
  const root = machineFolder(env, platform);
  return [
    settings(root, "config.toml"),
    settings(root, "managed_config.toml"),
    file(root, "requirements.toml", "requirements"),
    ...["skills", "rules", "agents"].map((name) => folder(root, name, name)),
  ];
}

function settings(root: string, name: string): Place {
  return { path: join(root, name), kind: "settings", brings: "settings" };
}

function file(root: string, name: string, brings: string): Place {
  return { path: join(root, name), kind: "file", brings };
}

function folder(root: string, name: string, brings: string): Place {
  return { path: join(root, name), kind: "folder", brings };
}

async function readPlace({ path, kind, brings }: Place): Promise<HostInfluence[]> {
  switch (kind) {
    case "file":
      return (await exists(path)) ? [{ path, brings }] : [];
    case "folder": {
      const names = await readdir(path).catch(() => []);
      const shown = names.filter((name) => !name.startsWith(".")).toSorted();
      return shown.length === 0 ? [] : [{ path, brings: `${brings}: ${shown.join(", ")}` }];
    }
    case "settings": {
      const text = await readFile(path, "utf8").catch(() => undefined);
      return text === undefined ? [] : [{ path, brings: describeSettings(text) }];
    }
    default:
      return kind satisfies never;
  }
}

/** The keys of a configuration, with the names of its MCP servers. Its values may be secret. */
function describeSettings(text: string): string {
  const config = parseToml(text);
  if (config === undefined) return "settings that cannot be read";
  const keys = Object.entries(config).map(([key, value]) =>
    key === "mcp_servers" && typeof value === "object" && value !== null
      ? `mcp_servers (${Object.keys(value).join(", ")})`
      : key,
  );
  return keys.length === 0 ? "empty settings" : `settings: ${keys.join(", ")}`;
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
