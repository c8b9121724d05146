/** The address of the repository on the web. Where there is none, a sentence gives the reason and the next step. */
export type RepositoryAddress = { readonly page: string } | { readonly problem: string };

/** The two places where the address is a fact. An empty text counts as none. */
export interface AddressSources {
  /** `KTX_REPOSITORY_URL`, which precedes the remote. */
  readonly explicit?: string | undefined;
  /** The remote `origin` of the clone, as Git has it. */
  readonly origin?: string | undefined;
}

const fix =
  "Set the remote (`git remote set-url origin <address>`), or `KTX_REPOSITORY_URL`, to an address that everybody can open, such as https://github.com/acme/ktx.";

/** Decides the address that every packed manifest, README and changelog gets. Pure. */
export function findRepositoryAddress({ explicit, origin }: AddressSources): RepositoryAddress {
  const [name, url] = (explicit ?? "").trim()
    ? ["KTX_REPOSITORY_URL", explicit ?? ""]
    : ["The remote `origin`", origin ?? ""];
  if (url.trim() === "")
    return {
      problem: `The repository has no address: this clone has no remote \`origin\`. ${fix}`,
    };
  const page = toRepositoryPage(url);
  return page === undefined
    ? {
        problem: `${name} is no public address of a repository: ${withoutUser(url.trim())}. ${fix}`,
      }
    : { page };
}

/** Hosts that take SSH on the port of HTTPS, and the host of their pages. */
const pageHosts: Readonly<Record<string, string>> = {
  "ssh.github.com": "github.com",
  "altssh.gitlab.com": "gitlab.com",
  "altssh.bitbucket.org": "bitbucket.org",
};

/**
 * The page of a repository on the web: `https://host/path` without user, password, query, `.git` and a slash at its
 * end. The page of a branch or a file (`/tree/main`, `/-/blob/main/a.md`) gives that of its repository. It takes an
 * address of HTTPS, SSH or Git, with or without `git+`, and `user@host:path`. Undefined for a folder, for a host that
 * only one machine or one network knows by this name, and for plain HTTP.
 */
export function toRepositoryPage(url: string): string | undefined {
  const text = url.trim().replace(/^git\+/, "");
  // One letter before the colon is a drive of Windows.
  const [, host, path] = /^(?:[^@/\s]+@)?([\w.-]{2,}):(?!\/\/)\/?(.+)$/.exec(text) ?? [];
  const whole = host === undefined ? text : `ssh://${host}/${path}`;
  if (!URL.canParse(whole)) return undefined;
  const { protocol, hostname, port, pathname } = new URL(whole);
  if (!["https:", "ssh:", "git:"].includes(protocol)) return undefined;
  // A name with a dot, and neither an address of the network nor a name of the local one.
  if (!/\.[a-z][a-z0-9-]*$/i.test(hostname) || /\.(?:local|localdomain)$/i.test(hostname))
    return undefined;
  const place = pathname
    .replace(/^((?:\/[^/]+){2,}?)\/(?:-\/)?(?:tree|blob)\/.*$/, "$1")
    .replace(/\/+$/, "")
    .replace(/\.git$/, "");
  if (!/^(?:\/[\w.~%+-]+)+$/.test(place)) return undefined;
  const named = hostname.toLowerCase();
  // The port of SSH says nothing about the page.
  const served = protocol === "https:" && port !== "" ? `:${port}` : "";
  return `https://${pageHosts[named] ?? named}${served}${place}`;
}

/** An address as it may be printed. */
function withoutUser(url: string): string {
  return url.replace(/^([\w+]+:\/\/)?[^/]*@/, "$1").replace(/[?#].*$/, "");
}
