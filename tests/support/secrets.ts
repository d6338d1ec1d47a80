import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { REPORTS, replaceJson, writeReport } from "./report";

const PARTS = path.join(REPORTS, "secrets");

/** A secret as it is and as programs may write it: in base64 wherever it begins in a larger text, in hex, in URLs, JSON and HTML. */
export function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const inUrl = encodeURIComponent(secret);
  const html = secret.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
  const forms = [
    secret,
    ...[0, 1, 2].flatMap((offset) => base64At(bytes, offset)),
    bytes.toString("hex"),
    bytes.toString("hex").toUpperCase(),
    inUrl,
    inUrl.replace(/%[0-9A-F]{2}/g, (encoded) => encoded.toLowerCase()),
    inUrl.replaceAll("%20", "+"),
    JSON.stringify(secret).slice(1, -1),
    html,
  ];
  return [...new Set(forms)];
}

/** What base64 makes of these bytes after some others, whatever those are and whatever follows. */
function base64At(bytes: Buffer, offset: number): string[] {
  const text = Buffer.concat([Buffer.alloc(offset), bytes])
    .toString("base64")
    .replace(/=+$/, "");
  const first = Math.ceil((offset * 8) / 6);
  const last = Math.floor(((offset + bytes.length) * 8) / 6);
  const certain = text.slice(first, last);
  return [certain, certain.replaceAll("+", "-").replaceAll("/", "_")];
}

/** Where secrets show, as `secret in place`. */
export function leaksIn(texts: ReadonlyMap<string, string>, secrets: readonly string[]): string[] {
  return secrets.flatMap((secret) => {
    const forms = formsOf(secret);
    return [...texts]
      .filter(([, text]) => forms.some((form) => text.includes(form)))
      .map(([place]) => `${secret} in ${place}`);
  });
}

/** Every file below a folder, as text. What is linked, as installed packages are, is not looked into. */
export function filesBelow(folder: string): Map<string, string> {
  const entries = readdirSync(folder, { withFileTypes: true }).map(
    (entry) => [entry, path.join(folder, entry.name)] as const,
  );
  return new Map(
    entries.flatMap(([entry, file]): (readonly [string, string])[] => {
      if (entry.isDirectory()) return [...filesBelow(file)];
      return entry.isFile() ? [[file, readFileSync(file, "latin1")]] : [];
    }),
  );
}

interface Part {
  /** Of secrets that were in use, one for each run or stack that was searched for it. */
  planted: number;
  found: number;
  /** Texts and files that were searched. */
  places: number;
}

const own: Part = { planted: 0, found: 0, places: 0 };

/** Counts one search of one run, for the figures in `tests/reports/secrets.json`. */
export function countSearch(testPath: string, planted: number, found: number, places: number): void {
  own.planted += planted;
  own.found += found;
  own.places += places;
  const name = path.basename(testPath).replace(/\.test\.ts$/, "");
  replaceJson(path.join(PARTS, `${name}.json`), own);
  const parts = readdirSync(PARTS)
    .filter((file) => file.endsWith(".json"))
    .map((file) => JSON.parse(readFileSync(path.join(PARTS, file), "utf8")) as Part);
  const sum = (pick: (part: Part) => number): number => parts.reduce((total, part) => total + pick(part), 0);
  writeReport("secrets", {
    planted: sum((part) => part.planted),
    found: sum((part) => part.found),
    places: sum((part) => part.places),
    command: "npx jest --selectProjects lifecycle engine",
  });
}
