/** What is provided on a machine that has no usable CLI of its own: by the official installer and by the build alike. */
export const PULUMI_VERSION = "3.259.0";
/** The newest commit at which the Node language host can be required as a Go module of its own. */
export const LANGUAGE_HOST_VERSION = "3.187.0";
/** The oldest CLI that is taken from PATH; the same as the peer range of `@pulumi/pulumi` in package.json. */
export const MINIMUM_PULUMI_VERSION = "3.216.0";
/** As demanded by modules/cli/go.mod. */
export const MINIMUM_GO_VERSION = "1.25.11";

export interface Version {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
  /** A version that precedes the release with the same numbers: `3.216.0-alpha.1`, `go1.27rc1`. */
  readonly isPrerelease: boolean;
}

/** Reads `v3.259.0`, `3.260.0-dev.0+abc` and `go1.26`; `undefined` for anything that is not a version. */
export function parseVersion(text: string): Version | undefined {
  const match = /^(?:v|go)?(\d+)\.(\d+)(?:\.(\d+))?((?:-|rc|beta)\S*)?(?:\+\S*)?(?:\s|$)/.exec(text.trim());
  if (match === null) return undefined;
  const [, major, minor, patch = "0", prerelease] = match;
  return { major: Number(major), minor: Number(minor), patch: Number(patch), isPrerelease: prerelease !== undefined };
}

export function formatVersion({ major, minor, patch }: Version): string {
  return `${major}.${minor}.${patch}`;
}

/** Negative if `a` is older than `b`. */
export function compareVersions(a: Version, b: Version): number {
  return a.major - b.major || a.minor - b.minor || a.patch - b.patch || Number(b.isPrerelease) - Number(a.isPrerelease);
}

export function isAtLeast(version: Version, minimum: string): boolean {
  const wanted = parseVersion(minimum);
  if (wanted === undefined) throw new Error(`not a version: ${minimum}`);
  return compareVersions(version, wanted) >= 0;
}
