import type { Access } from "./auth";
import { backupReadRoutes } from "./backupReads";
import { backupRoutes } from "./backupRoutes";
import type { Call } from "./call";
import { clusterReadRoutes } from "./clusterReads";
import type { JsonValue } from "./goText";
import { openRoutes } from "./openRoutes";
import { parameterRoutes } from "./parameterRoutes";
import { sessionRoutes } from "./sessionRoutes";
import { taskRoutes } from "./taskRoutes";

export interface Route {
  readonly method: "GET" | "POST" | "PUT" | "PATCH";
  /** Segments in braces are parameters. */
  readonly pattern: string;
  readonly access: Access;
  /** Returns `data`; undefined leaves it out of the envelope. */
  readonly handle: (call: Call) => JsonValue | undefined;
}

export const ROUTES: readonly Route[] = [
  ...openRoutes,
  ...sessionRoutes,
  ...backupRoutes,
  ...backupReadRoutes,
  ...parameterRoutes,
  ...clusterReadRoutes,
  ...taskRoutes,
];

export interface Match {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

/** Fixed segments win over parameters; a parameter may be empty inside a path but not at its end. */
export function matchRoute(routes: readonly Route[], method: string, path: string): Match | undefined {
  const segments = path.split("/");
  const matches = routes
    .filter((route) => route.method === method)
    .map((route) => ({ route, params: matchPattern(route.pattern.split("/"), segments) }))
    .filter((match): match is Match => match.params !== undefined);
  return matches.sort((a, b) => Object.keys(a.params).length - Object.keys(b.params).length)[0];
}

function matchPattern(pattern: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
  if (pattern.length !== segments.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, expected] of pattern.entries()) {
    const actual = segments[index] ?? "";
    if (!expected.startsWith("{")) {
      if (expected !== actual) return undefined;
    } else if (actual === "" && index === pattern.length - 1) return undefined;
    else params[expected.slice(1, -1)] = actual;
  }
  return params;
}

/** Where a path with one slash too many is sent, before anything else is looked at. */
export function redirectTarget(routes: readonly Route[], method: string, path: string): string | undefined {
  if (!path.endsWith("/") || path.length < 2) return undefined;
  const shorter = path.slice(0, -1);
  if (matchRoute(routes, method, shorter)) return shorter;
  // gin also does so where only a parameter could follow (recorded for /task/dag/).
  return matchRoute(routes, method, `${path}x`) ? shorter : undefined;
}
