import * as pulumi from "@pulumi/pulumi";
import { fillIn, propertiesOf } from "../../../sdk/outputs";
import { mockEngine, resolved } from "../support/registrations";

const KINDS = { size: "declared", colour: "declared", weight: "computed", label: "derived" } as const;

/** What the engine knows of every shelf, whatever its program declares. */
const KNOWN = { size: 3, colour: "red", weight: 7 };

beforeAll(async () => {
  await mockEngine(KNOWN);
});

class Shelf extends pulumi.CustomResource {
  declare readonly size: pulumi.Output<number | undefined>;
  declare readonly colour: pulumi.Output<string | undefined>;
  declare readonly weight: pulumi.Output<number>;

  constructor(name: string, args: object, opts?: pulumi.CustomResourceOptions) {
    super("test:index:Shelf", name, propertiesOf("Shelf", KINDS, args, opts), opts);
    fillIn(this, KINDS);
  }
}

describe("The properties of a resource", () => {
  it("are what is declared and what the provider computes, so that Pulumi makes no output of anything else", () => {
    const properties = propertiesOf("Shelf", KINDS, { size: 0, colour: undefined });
    expect(Object.keys(properties).sort()).toEqual(["__provider", "size", "weight"]);
    expect(properties.__provider).toContain('.v1("Shelf")');
  });

  it.each<[string, pulumi.CustomResourceOptions]>([
    ["ignoreChanges", { ignoreChanges: ["colour"] }],
    ["id", { id: "s-1" }],
    ["transforms", { transforms: [({ props, opts }) => ({ props: { ...props, colour: "red" }, opts })] }],
    ["urn", { urn: "urn:pulumi:test::test::test:index:Shelf::s" }],
  ])(
    "are also all that could be declared beside %s, with which the engine knows more than the program",
    (_name, opts) => {
      expect(Object.keys(propertiesOf("Shelf", KINDS, {}, opts)).sort()).toEqual([
        "__provider",
        "colour",
        "size",
        "weight",
      ]);
    },
  );
});

describe("The outputs of a resource", () => {
  it("hold what is declared and computed, and nothing where a program leaves something out", async () => {
    const shelf = new Shelf("declared", { size: 1 });
    expect(await resolved(pulumi.all([shelf.size, shelf.colour, shelf.weight]))).toEqual([3, undefined, 7]);
  });

  it("hold what the engine keeps for a change that is ignored", async () => {
    const shelf = new Shelf("ignored", {}, { ignoreChanges: ["colour"] });
    expect(await resolved(shelf.colour)).toBe("red");
  });
});
