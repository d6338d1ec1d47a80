/**
 * How a field of an answer is altered:
 *
 * | form | effect |
 * | --- | --- |
 * | `missing`, `null` | the field is left out, or there without a value |
 * | `empty` | `""`, `{}` or `[]`, whichever is of the field's kind |
 * | `padded` | white space and a line break around a text, as a sample of DescribeBackupPolicy has it in `PolicyId` |
 * | `number`, `text` | a number written as text turned into a JSON number, or the other way round |
 * | `reordered` | a comma list the other way round, with spaces |
 */
export const ANSWER_FORMS = ["missing", "null", "empty", "padded", "number", "text", "reordered"] as const;

export interface AnswerEdits {
  /**
   * By path: names joined by dots, which go into every element of a list
   * (`AdvancedDataPolicies.AdvancedDataPolicy.PolicyId`).
   */
  readonly fields?: Readonly<Record<string, (typeof ANSWER_FORMS)[number]>>;
  /** Fields that are added or replaced, by path. Newer editions of the service answer with more than clients know. */
  readonly set?: Readonly<Record<string, unknown>>;
}

type Body = Record<string, unknown>;

/** The answer with its edits. Throws on a path that is not there: such an edit would change nothing in silence. */
export function editAnswer(body: Readonly<Body>, edits: AnswerEdits): Body {
  const edited = structuredClone(body) as Body;
  for (const [path, form] of Object.entries(edits.fields ?? {})) {
    const { name, holders } = find(edited, path);
    const having = holders.filter((holder) => name in holder);
    if (holders.length > 0 && having.length === 0) throw new Error(`the answer has no field ${path}`);
    for (const holder of having) applyForm(holder, name, form);
  }
  for (const [path, value] of Object.entries(edits.set ?? {})) {
    const { name, holders } = find(edited, path);
    for (const holder of holders) holder[name] = value;
  }
  return edited;
}

/** The objects that hold the last name of a path; none if the path leads through an empty list. */
function find(body: Body, path: string): { readonly name: string; readonly holders: readonly Body[] } {
  const names = path.split(".");
  const name = names.pop() ?? "";
  let nodes: unknown[] = [body];
  for (const step of names) {
    if (!nodes.some((node) => isObject(node) && step in node) && nodes.length > 0) {
      throw new Error(`the answer has no field ${path}`);
    }
    nodes = nodes.flatMap((node) => (isObject(node) ? node[step] : []));
  }
  return { name, holders: nodes.filter(isObject) };
}

function applyForm(holder: Body, name: string, form: (typeof ANSWER_FORMS)[number]): void {
  const value = holder[name];
  switch (form) {
    case "missing":
      delete holder[name];
      break;
    case "null":
      holder[name] = null;
      break;
    case "empty":
      holder[name] = emptied(value);
      break;
    case "padded":
      holder[name] = ` ${String(value)}\n`;
      break;
    case "number":
      holder[name] = Number(value);
      break;
    case "text":
      holder[name] = String(value);
      break;
    case "reordered":
      holder[name] = String(value).split(",").reverse().join(", ");
      break;
  }
}

function emptied(value: unknown): unknown {
  if (Array.isArray(value)) return [];
  return isObject(value) ? {} : "";
}

function isObject(value: unknown): value is Body {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
