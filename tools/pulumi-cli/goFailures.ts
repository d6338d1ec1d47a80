import { MINIMUM_GO_VERSION } from "./versions";

export const INSTALL_GO = `Install Go ${MINIMUM_GO_VERSION} or newer from your package manager (apt, dnf, apk, brew, winget, …) or from go.dev.`;

/** For one line, the first pattern that matches counts. */
const KNOWN: readonly (readonly [pattern: RegExp, reason: string, advice: string])[] = [
  [
    /no space left on device|disk quota exceeded/i,
    "the disk is full",
    "Make about 4 GB free where Go keeps its caches (`go env GOMODCACHE GOCACHE`) or point GOMODCACHE, GOCACHE and GOTMPDIR to a larger disk.",
  ],
  [
    /checksum mismatch|SECURITY ERROR/,
    "a downloaded module is not the one recorded in go.sum",
    "Run `go clean -modcache` in case the download was damaged. If it happens again, the module proxy serves other code: do not trust it, set GOPROXY to another one.",
  ],
  [
    /missing go\.sum entry|updates to go\.(mod|sum) needed|go: errors parsing .*go\.mod(?!.*invalid go version)/,
    "tools/pulumi-cli/modules was changed",
    "Restore the folder tools/pulumi-cli/modules from Git.",
  ],
  [
    /requires go >=|invalid go version|toolchain not available|cannot compile Go \d|note: module requires Go/,
    "this Go is too old",
    INSTALL_GO,
  ],
  [
    /disabled by GOPROXY=off/,
    "the Go module proxy is switched off (GOPROXY=off)",
    "Set GOPROXY to a module proxy that this machine may use.",
  ],
  [
    /dial tcp|no such host|i\/o timeout|connection (refused|reset)|TLS handshake|x509:|proxyconnect|network is unreachable|unexpected EOF|: (403|407|5\d\d) [A-Z]/,
    "the Go module proxy could not be reached",
    "Check the network and HTTPS_PROXY, or set GOPROXY to a module proxy that this machine may use; what was fetched already is kept.",
  ],
  [
    /signal: killed|cannot allocate memory|out of memory/,
    "the compiler was killed, most likely for lack of memory",
    "About 3 GB of memory are needed. Close other programs, or limit the build with GOMAXPROCS=1; what was compiled already is kept.",
  ],
  [
    /permission denied|read-only file system/i,
    "a folder cannot be written",
    "Point GOMODCACHE and GOCACHE to folders that you can write (`go env GOMODCACHE GOCACHE` shows the present ones).",
  ],
];

export function explainGoFailure(output: readonly string[]): { readonly reason: string; readonly advice?: string } {
  // The first line that is understood names the cause; those after it are consequences.
  for (const line of output) {
    const known = KNOWN.find(([pattern]) => pattern.test(line));
    if (known !== undefined) return { reason: known[1], advice: known[2] };
  }
  return { reason: "the Go toolchain reported an error" };
}
