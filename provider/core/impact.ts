import { ProviderError } from "./errors";

/** What a planned call costs beyond itself. The first two are announced; the others also need a token in `accept`. */
export type ImpactClass =
  /** Starts to cost money. */
  | "cost"
  /** Log archiving stops and is reopened; the time between cannot be restored to. */
  | "archiveGap"
  /** Backups expire earlier, or are kept by a weaker rule. */
  | "shrinksRetention"
  /** A running backup is cancelled. */
  | "cancelsBackup"
  /** Cannot be undone. */
  | "irreversible"
  /** Replaces a live, differing setting that this resource has not set before. */
  | "overwritesAdopted"
  /** Many members leave a fleet at once, as they would if the list of them were wrong. */
  | "unmanagesMany";

const TOKEN_WORDS = {
  shrinksRetention: "shrink",
  cancelsBackup: "cancelBackup",
  irreversible: "irreversible",
  overwritesAdopted: "overwrite",
  unmanagesMany: "unmanage",
} as const satisfies Partial<Record<ImpactClass, string>>;

export interface Impact {
  readonly class: ImpactClass;
  /** What happens, as a full sentence: `Level-2 backups are switched off; those that exist expire after their present retention.` */
  readonly sentence: string;
  /** What must stand in `accept`; absent for the classes that are only announced. */
  readonly token?: string;
}

export function announced(impactClass: "cost" | "archiveGap", sentence: string): Impact {
  return { class: impactClass, sentence };
}

/** An impact that must be accepted. The token names property and new value, so it cannot authorise the next change. */
export function acceptable(
  impactClass: keyof typeof TOKEN_WORDS,
  property: string,
  value: string | number,
  sentence: string,
): Impact {
  return { class: impactClass, sentence, token: `${TOKEN_WORDS[impactClass]}:${property}=${value}` };
}

/** Accepts, for as long as it stands, changes of a target that cannot show whether they have done harm. */
export const UNVERIFIED_ARCHIVING = "unverified-archiving";

/** What a token in `accept` looks like; anything else is a mistake that `check` reports. */
export const TOKEN_PATTERN = new RegExp(
  `^((${Object.values(TOKEN_WORDS).join("|")}):[^=\\s]+=.+|${UNVERIFIED_ARCHIVING})$`,
);

/** The error for impacts that nobody accepted, naming the exact tokens; undefined when all are. */
export function refusal(impacts: readonly Impact[], accept: readonly string[]): ProviderError | undefined {
  const missing = impacts.filter((impact) => impact.token !== undefined && !accept.includes(impact.token));
  if (missing.length === 0) return undefined;
  const tokens = [...new Set(missing.map((impact) => JSON.stringify(impact.token)))].join(", ");
  return new ProviderError({
    kind: "NotAccepted",
    problem: `the change is risky and not accepted: ${[...new Set(missing.map((impact) => impact.sentence))].join(" ")}`,
    advice: `Nothing was changed. If you want this, add to the resource: accept: [${tokens}]`,
  });
}

/** Tokens that authorise nothing in this change: left over from an earlier one, or misspelt. */
export function staleTokens(impacts: readonly Impact[], accept: readonly string[]): string[] {
  const used = new Set(impacts.map((impact) => impact.token));
  return accept.filter((token) => token !== UNVERIFIED_ARCHIVING && !used.has(token));
}
