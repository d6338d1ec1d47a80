import type { ConnectionProblem } from "./connectionProblem";

/** The addresses of a connection as they were written, and where. */
export interface GivenEndpoints {
  readonly written: readonly string[];
  readonly where: string;
}

/** Each agent once, however often and in whatever spelling it was listed. Only meaningful when there is no problem. */
export function originsOf({ written }: GivenEndpoints): string[] {
  return [...new Set(written.flatMap((endpoint) => originOf(endpoint) ?? []))];
}

export function endpointProblems({ written, where }: GivenEndpoints): ConnectionProblem[] {
  return written.every((endpoint) => originOf(endpoint) !== undefined)
    ? []
    : [
        {
          where,
          // Without the entry: a password may stand in it.
          rule: "holds an entry that is not an http(s) address without path, query and user",
          fix: 'Write it like "http://10.10.10.1:2886".',
        },
      ];
}

/** Accepts `10.0.0.1:2886` and full addresses; HTTP is obshell's default, so it is ours. */
function originOf(endpoint: string): string | undefined {
  const url = URL.parse(/^https?:\/\//i.test(endpoint) ? endpoint : `http://${endpoint}`);
  if (!url) return undefined;
  const { username, password, pathname, search, hash, origin } = url;
  return `${username}${password}${search}${hash}` === "" && pathname === "/" ? origin : undefined;
}
