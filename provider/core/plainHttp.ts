import type { CallContext } from "./lifecycle";

/** Loopback, link-local, and the metadata service of an instance: none of them is reached over a network that others are on. */
const NEVER_LEAVES = /^(127(\.\d+){3}|169\.254(\.\d+){2}|100\.100\.100\.200|\[::1\]|(.+\.)?localhost)$/;

export function isPlainHttp(url: string): boolean {
  return URL.parse(url)?.protocol === "http:";
}

/** Says what plain HTTP to an address means, once in a process, however many resources go there. Nothing where no network is between. */
export function warnOfPlainHttp(url: string, warning: string, { log, shared }: CallContext): void {
  if (!isPlainHttp(url) || NEVER_LEAVES.test(new URL(url).hostname)) return;
  shared.get(`warned: ${warning}`, () => {
    log(`WARNING: ${warning}`);
    return true;
  });
}
