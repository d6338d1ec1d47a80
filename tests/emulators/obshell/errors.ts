import { ERROR_KINDS } from "./errorKinds";
import { type NumberedError, numbered, oldCode, oldText, prefixOf, replacesText, UNEXPECTED } from "./numberedErrors";
import type { ErrorStyle } from "./profiles";

/** The languages obshell answers in: without an `Accept-Language` that parses, it is `plain`. */
export type Language = "plain" | "en" | "zh";

export type ErrorName = keyof typeof ERROR_KINDS;

/** `old` is the English of releases that tell failures by number. */
type Render = (language: Language | "old") => string;

/** A failure as obshell reports it: HTTP status, dotted code, and a message that depends on the language asked for. */
export class ObshellError extends Error {
  private constructor(
    readonly status: number,
    readonly errCode: string,
    readonly code: number | undefined,
    private readonly inner: Render,
    /** Put in front of a localised message only: database and unclassified errors gain it. */
    private readonly localPrefix: Readonly<Record<"en" | "zh", string>> | undefined,
    /** The number of the same failure in releases before 4.3.1. */
    private readonly old: number,
    private readonly kind?: ErrorName,
  ) {
    super(`${errCode}: ${inner("en")}`);
    this.name = "ObshellError";
  }

  static of(name: ErrorName, ...args: (string | number)[]): ObshellError {
    const { status, errCode, code } = ERROR_KINDS[name];
    const render: Render = (language) => text(name, language, args);
    return new ObshellError(status, errCode, code, render, undefined, oldCode(name, status), name);
  }

  /** What the database driver said, passed through (always HTTP 400). */
  static database(driverText: string): ObshellError {
    const prefixes = { en: "MySQL error: ", zh: "SQL 执行出错: " };
    return new ObshellError(400, "MySQL.Error", undefined, () => driverText, prefixes, UNEXPECTED);
  }

  /** An error of Go itself or of the operating system, which obshell does not classify. */
  static raw(goText: string): ObshellError {
    const prefixes = { en: "Unexpected error: ", zh: "非预期错误：" };
    return new ObshellError(500, "Common.Unexpected", undefined, () => goText, prefixes, UNEXPECTED);
  }

  describe(language: Language): string {
    const prefix = language === "plain" ? "" : (this.localPrefix?.[language] ?? "");
    return prefix + this.inner(language);
  }

  /** Status and number of releases before 4.3.1. */
  asNumbered(): NumberedError {
    return numbered(this.old);
  }

  /** As releases before 4.3.1 word it: the number's own beginning, then the sentence. */
  describeNumbered(): string {
    return prefixOf(this.old) + this.inner("old");
  }

  /** As the last line of a sub-task log shows it. Before 4.3.1 errors inside tasks had no code. */
  logLine(style: ErrorStyle): string {
    return style === "numbered" ? `ERROR: ${this.inner("old")}` : `ERROR: [${this.errCode}]: ${this.describe("en")}`;
  }

  /** Another number in releases before 4.3.1 than the kind has. */
  numberedAs(code: number): ObshellError {
    return this.with(this.inner, code);
  }

  /** "context: message", code and status kept. */
  wrap(context: string): ObshellError {
    return this.with((language) => `${context}: ${this.inner(language)}`);
  }

  /** "message: detail": the order that the presence rules of binding and piece interval use. */
  detail(detail: string): ObshellError {
    return this.with((language) => {
      const own = language === "old" && replacesText(this.kind) ? "" : this.inner(language);
      return own === "" ? detail : `${own}: ${detail}`;
    });
  }

  /** Puts another error's text in front and keeps the code and status of this one. */
  under(name: ErrorName, ...args: (string | number)[]): ObshellError {
    return this.with((language) => {
      const outer = text(name, language, args);
      return outer === "" ? this.inner(language) : `${outer}: ${this.inner(language)}`;
    });
  }

  private with(render: Render, old = this.old): ObshellError {
    return new ObshellError(this.status, this.errCode, this.code, render, this.localPrefix, old, this.kind);
  }
}

function text(name: ErrorName, language: Language | "old", args: readonly (string | number)[]): string {
  const old = language === "old" ? oldText(name) : undefined;
  if (old !== undefined) return old.replace(/%(\d)/g, (_, position) => String(args[Number(position) - 1] ?? ""));
  let next = 0;
  return ERROR_KINDS[name][language === "zh" ? "zh" : "en"].replace(/%s/g, () => String(args[next++] ?? ""));
}

/** obshell localises only for a header that is one language tag; `*` and lists leave English. */
export function languageOf(acceptLanguage: string | undefined): Language {
  if (!acceptLanguage || !/^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$/.test(acceptLanguage)) return "plain";
  return acceptLanguage.toLowerCase().startsWith("zh") ? "zh" : "en";
}
