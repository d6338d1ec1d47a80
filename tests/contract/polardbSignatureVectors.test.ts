import {
  sha256Hex,
  v1Signature,
  v1StringToSign,
  v3CanonicalRequest,
  v3Signature,
} from "../emulators/polardb/signature";
import { V1_VECTORS, V3_VECTORS, type V3Vector } from "./fixtures/polardbSignatureVectors";

function canonicalRequestOf(vector: V3Vector): string {
  return v3CanonicalRequest({
    method: vector.method,
    path: "/",
    query: Object.entries(vector.query),
    headers: vector.headers,
    signedHeaders: Object.keys(vector.headers),
    bodyHash: sha256Hex(vector.body),
  });
}

describe("The PolarDB emulator's V3 signature", () => {
  it.each(V3_VECTORS)("equals the published one: $name", (vector) => {
    expect(v3Signature(canonicalRequestOf(vector), vector.accessKeySecret)).toBe(vector.signature);
  });

  it.each(V3_VECTORS.filter(({ canonicalHash }) => canonicalHash))(
    "is over the same canonical request: $name",
    (vector) => {
      const canonicalRequest = canonicalRequestOf(vector);
      expect(sha256Hex(canonicalRequest)).toBe(vector.canonicalHash);
      if (vector.canonicalRequest !== undefined) expect(canonicalRequest).toBe(vector.canonicalRequest);
    },
  );

  it.each(V3_VECTORS)("covers the body hash that the client announces: $name", (vector) => {
    expect(vector.headers["x-acs-content-sha256"]).toBe(sha256Hex(vector.body));
  });
});

describe("The PolarDB emulator's V1 signature", () => {
  it.each(V1_VECTORS)("equals the published one: $name", (vector) => {
    const stringToSign = v1StringToSign(vector.method, Object.entries(vector.parameters));
    if (vector.stringToSign !== undefined) expect(stringToSign).toBe(vector.stringToSign);
    expect(v1Signature(stringToSign, vector.accessKeySecret)).toBe(vector.signature);
  });

  it("leaves the signature itself out of what is signed", () => {
    for (const { method, parameters } of V1_VECTORS) {
      const unsigned = Object.entries(parameters);
      expect(v1StringToSign(method, [["Signature", "x"], ...unsigned])).toBe(v1StringToSign(method, unsigned));
    }
  });
});
