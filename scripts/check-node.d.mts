export declare function adviseOnNode(
  machine: {
    readonly platform: string;
    readonly arch: string;
    readonly glibc: boolean;
    readonly node: string;
  },
  manifest: {
    readonly engines: { readonly node: string };
    readonly optionalDependencies: Readonly<Record<string, string>>;
  },
): string | undefined;
