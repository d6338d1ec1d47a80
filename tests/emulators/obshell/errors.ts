import { ERROR_KINDS } from "./errorKinds";

/** The languages obshell answers in: without an `Accept-Language` that parses, it is `plain` (fact sheet, section 1). */
export type Language = "plain" | "en" | "zh";

export type ErrorName = keyof typeof ERROR_KINDS;

type Render = (language: Language) => string;

/** A failure as obshell reports it: HTTP status, dotted code, and a message that depends on the language asked for. */
export class ObshellError extends Error {
  private constructor(
    readonly status: number,
    readonly errCode: string,
    readonly code: number | undefined,
    private readonly inner: Render,
    /** Put in front of a localised message only: database and unclassified errors gain it (sheet 1). */
    private readonly localPrefix: Readonly<Record<"en" | "zh", string>> | undefined,
  ) {
    super(`${errCode}: ${inner("en")}`);
    this.name = "ObshellError";
  }

  static of(name: ErrorName, ...args: (string | number)[]): ObshellError {
    const { status, errCode, code } = ERROR_KINDS[name];
    return new ObshellError(status, errCode, code, (language) => text(name, language, args), undefined);
  }

  /** What the database driver said, passed through (sheet 3: always HTTP 400). */
  static database(driverText: string): ObshellError {
    return new ObshellError(400, "MySQL.Error", undefined, () => driverText, {
      en: "MySQL error: ",
      zh: "SQL 执行出错: ",
    });
  }

  /** An error of Go itself or of the operating system, which obshell does not classify. */
  static raw(goText: string): ObshellError {
    return new ObshellError(500, "Common.Unexpected", undefined, () => goText, {
      en: "Unexpected error: ",
      zh: "非预期错误：",
    });
  }

  describe(language: Language): string {
    const prefix = language === "plain" ? "" : (this.localPrefix?.[language] ?? "");
    return prefix + this.inner(language);
  }

  /** As the last line of a sub-task log shows it (sheet 4.4). */
  logLine(): string {
    return `ERROR: [${this.errCode}]: ${this.describe("en")}`;
  }

  /** "context: message", code and status kept (sheet 3). */
  wrap(context: string): ObshellError {
    return this.with((language) => `${context}: ${this.inner(language)}`);
  }

  /** "message: detail": the order that the presence rules of binding and piece interval use (sheet 3). */
  detail(detail: string): ObshellError {
    return this.with((language) => `${this.inner(language)}: ${detail}`);
  }

  /** Puts another error's text in front and keeps the code and status of this one. */
  under(name: ErrorName, ...args: (string | number)[]): ObshellError {
    return this.with((language) => `${text(name, language, args)}: ${this.inner(language)}`);
  }

  private with(render: Render): ObshellError {
    return new ObshellError(this.status, this.errCode, this.code, render, this.localPrefix);
  }
}

function text(name: ErrorName, language: Language, args: readonly (string | number)[]): string {
  let next = 0;
  return ERROR_KINDS[name][language === "zh" ? "zh" : "en"].replace(/%s/g, () => String(args[next++] ?? ""));
}

/** obshell localises only for a header that is one language tag; `*` and lists leave English (sheet 1). */
export function languageOf(acceptLanguage: string | undefined): Language {
  if (!acceptLanguage || !/^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$/.test(acceptLanguage)) return "plain";
  return acceptLanguage.toLowerCase().startsWith("zh") ? "zh" : "en";
}
