import fc from "fast-check";
import {
  baseOfLocation,
  formatStorageUri,
  parseStorageUri,
  publicUri,
  type StorageUri,
  sameLocation,
  tenantLocation,
} from "../../../../provider/oceanbase/storageUri";

function uriOf(text: string): StorageUri {
  const { uri, problem } = parseStorageUri(text);
  if (!uri) throw new Error(`${text} ${problem}`);
  return uri;
}

const canonical = (text: string): string => formatStorageUri(uriOf(text));

describe("A destination", () => {
  it.each<[string, string]>([
    ["file:///data/backup", "file:///data/backup"],
    ["file:///data/backup/", "file:///data/backup"],
    ["file:///data/backup///", "file:///data/backup"],
    ["file:///a", "file:///a"],
    ["oss://b/p?host=h", "oss://b/p?host=h"],
    ["oss://b/p/?host=h", "oss://b/p?host=h"],
    ["oss://b/?host=h", "oss://b/?host=h"],
    [
      "oss://b/p/q?host=oss-cn-hangzhou.aliyuncs.com&delete_mode=tagging",
      "oss://b/p/q?host=oss-cn-hangzhou.aliyuncs.com&delete_mode=tagging",
    ],
    ["oss://b/p?delete_mode=delete&host=h", "oss://b/p?host=h&delete_mode=delete"],
    ["oss://b/p?access_key=k&host=h&access_id=i", "oss://b/p?host=h&access_id=i&access_key=k"],
    ["oss://b/p?host=http%3A%2F%2Fh%3A9000", "oss://b/p?host=http://h:9000"],
    ["cos://b/p?appid=123&host=h", "cos://b/p?host=h&appid=123"],
    [
      "cos://b/p?host=h&appid=123&delete_mode=delete&access_id=i&access_key=k",
      "cos://b/p?host=h&appid=123&delete_mode=delete&access_id=i&access_key=k",
    ],
    ["s3://b/p?host=h:9000&force_path_style=true", "s3://b/p?host=h:9000&force_path_style=true"],
    [
      "s3://b/p?s3_region=us-east-1&host=s3.us-east-1.amazonaws.com",
      "s3://b/p?host=s3.us-east-1.amazonaws.com&s3_region=us-east-1",
    ],
    [
      "s3://b/p?s3_region=cn-north-1&host=s3.cn-north-1.amazonaws.com.cn:443",
      "s3://b/p?host=s3.cn-north-1.amazonaws.com.cn:443&s3_region=cn-north-1",
    ],
  ])("%s has the one spelling %s", (text, spelling) => {
    expect(canonical(text)).toBe(spelling);
    expect(canonical(spelling)).toBe(spelling);
  });

  const PREFIX = 'must start with "file://", "oss://", "cos://" or "s3://" in lower case';
  const SQL = "must not contain quotes, spaces, semicolons or backslashes: obshell writes it into SQL as it is";

  it.each<[string, string]>([
    // The example of the vendor's own page.
    ["file://data/backup", 'must name an absolute path after "file://"; did you mean "file:///data/backup"?'],
    ["", PREFIX],
    ["/data/backup", PREFIX],
    ["FILE:///data/backup", PREFIX],
    ["File:///data/backup", PREFIX],
    ["S3://b/p?host=h", PREFIX],
    ["file:/data/backup", PREFIX],
    ["nfs://host/data", PREFIX],
    ["http://b/p?host=h", PREFIX],
    [" file:///data", PREFIX],
    ["obs://b/p?host=h", PREFIX],
    ["file://", 'must name an absolute path after "file://"; did you mean "file:///"?'],
    ["file:///", 'must name a directory, not the root of the file system, such as "file:///data/backup"'],
    ["file:////", 'must name a directory, not the root of the file system, such as "file:///data/backup"'],
    ["file:///data?host=h", 'must not contain "?": a file destination has no parameters'],
    ["file:///data/my backup", SQL],
    ["file:///data/it's", SQL],
    ['file:///data/"x"', SQL],
    ["file:///data;DROP", SQL],
    ["file:///data\\x", SQL],
    ["file:///data\nx", SQL],
    ["file:///data`x`", SQL],
    ["oss://b/p?host=h&access_id=i&access_key=k k", SQL],
    ["oss://b?host=h", 'must be "oss://bucket/path?host=…", with a slash after the bucket'],
    ["cos:///p?host=h&appid=1", 'must be "cos://bucket/path?host=…", with a slash after the bucket'],
    ["s3://b", 'must be "s3://bucket/path?host=…", with a slash after the bucket'],
    ["oss://b/p", 'must have parameters, at least "?host=…"'],
    ["oss://b/p?", 'must have parameters, at least "?host=…"'],
    ["oss://b/p?access_id=i&access_key=k", 'needs a "host" parameter, the address of the object store'],
    ["oss://b/p?host=", 'needs a "host" parameter, the address of the object store'],
    ["cos://b/p?host=h", 'needs an "appid" parameter for cos'],
    ["cos://b/p?host=h&appid=", 'needs an "appid" parameter for cos'],
    ["oss://b/p?host=h&host=i", 'has the parameter "host" twice'],
    ["oss://b/p?host=h&access_key=a&access_id=i&access_key=b", 'has the parameter "access_key" twice'],
    [
      "oss://b/p?host=h&checksum_type=md5",
      'has a parameter "checksum_type", which obshell silently drops for oss; it knows host, delete_mode, access_id, access_key. Write & in a value as %26',
    ],
    [
      "oss://b/p?host=h&appid=1",
      'has a parameter "appid", which obshell silently drops for oss; it knows host, delete_mode, access_id, access_key. Write & in a value as %26',
    ],
    [
      "s3://b/p?host=h&appid=1",
      'has a parameter "appid", which obshell silently drops for s3; it knows host, s3_region, force_path_style, delete_mode, access_id, access_key. Write & in a value as %26',
    ],
    [
      "oss://b/p?host=h&Host=h",
      'has a parameter "Host", which obshell silently drops for oss; it knows host, delete_mode, access_id, access_key. Write & in a value as %26',
    ],
    ["oss://b/p?host=h&access_id=i", "must have access_id and access_key both or neither"],
    ["oss://b/p?host=h&access_key=k", "must have access_id and access_key both or neither"],
    ["oss://b/p?host=%E0%A4%A", 'has a broken percent-encoding in parameter "host"'],
    ["oss://b/p?host=h&access_id=i&access_key=100%", 'has a broken percent-encoding in parameter "access_key"'],
    [
      "oss://b/p?host=a%27b",
      'has a quote, space, semicolon or backslash in parameter "host": obshell writes it into SQL as it is',
    ],
    [
      "oss://b/p?host=h&access_id=i&access_key=a%20b",
      'has a quote, space, semicolon or backslash in parameter "access_key": obshell writes it into SQL as it is',
    ],
    [
      "s3://b/p?host=minio.local:9000&s3_region=us-east-1",
      "has s3_region beside the host minio.local:9000: obshell's check then ignores the host and sends the keys to amazonaws.com. Leave s3_region out for S3-compatible stores",
    ],
    [
      "s3://b/p?host=notamazonaws.com&s3_region=us-east-1",
      "has s3_region beside the host notamazonaws.com: obshell's check then ignores the host and sends the keys to amazonaws.com. Leave s3_region out for S3-compatible stores",
    ],
  ])("%j is refused: it %s", (text, problem) => {
    expect(parseStorageUri(text)).toEqual({ problem });
  });

  it.each(["oss://b/p?host=h&access_id=&access_key=", "s3://b/p?host=h&access_id=i&access_key="])(
    "%j is refused: empty keys go into the database and fail there, after archiving was stopped",
    (text) => {
      expect(parseStorageUri(text).problem).toBeDefined();
    },
  );
});

describe("Keys in a destination", () => {
  it.each([
    ["a+b", "a+b"],
    ["a%2Bb", "a+b"],
    ["a/b==", "a/b=="],
    ["a%2Fb%3D", "a/b="],
    ["100%25", "100%"],
    ["a%26b", "a&b"],
    ["k%23%3F", "k#?"],
  ])("written %s mean %s", (written, key) => {
    const uri = uriOf(`oss://b/p?host=h&access_id=${written}&access_key=${written}`);
    expect(uri.keys).toEqual({ accessId: key, accessKey: key });
    expect(uriOf(formatStorageUri(uri)).keys).toEqual(uri.keys);
  });

  it("are what they were after they were written and read, whatever characters a key may have", () => {
    const keys = fc.string({ minLength: 1, maxLength: 30 }).filter((key) => !/['"\s`;\\]/.test(key));
    fc.assert(
      fc.property(keys, keys, (accessId, accessKey) => {
        const written = formatStorageUri(uriOf("s3://b/p?host=h"), { accessId, accessKey });
        expect(uriOf(written).keys).toEqual({ accessId, accessKey });
      }),
    );
  });

  it("replace those that stand in it when others are given", () => {
    const uri = uriOf("oss://b/p?host=h&access_id=i&access_key=k");
    expect(formatStorageUri(uri, { accessId: "new", accessKey: "newer" })).toBe(
      "oss://b/p?host=h&access_id=new&access_key=newer",
    );
  });

  it("never show in its public form, which is also what obshell answers", () => {
    const keys = fc.stringMatching(/^[A-Za-z0-9+/=%]{8,30}$/).map((key) => `SECRET${key}`);
    fc.assert(
      fc.property(fc.constantFrom("oss", "cos", "s3"), keys, keys, (scheme, accessId, accessKey) => {
        const base = uriOf(`${scheme}://b/p?host=h${scheme === "cos" ? "&appid=1" : ""}`);
        const uri = { ...base, keys: { accessId, accessKey } };
        for (const text of [publicUri(uri), publicUri(tenantLocation(uri, 1, 1002, "clog"))]) {
          expect(text).not.toContain("SECRET");
          expect(text).not.toContain("access_");
        }
      }),
    );
  });
});

describe("Any destination that is accepted", () => {
  const names = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,8}$/);
  const paths = fc.array(names, { maxLength: 3 }).map((parts) => parts.join("/"));
  const slashes = fc.constantFrom("", "/", "//");
  const destinations = fc.oneof(
    fc.tuple(names, paths, slashes).map(([first, path, end]) => `file:///${first}/${path}${end}`),
    fc
      .tuple(fc.constantFrom("oss", "cos", "s3"), names, paths, slashes, names, fc.boolean(), fc.boolean())
      .map(([scheme, bucket, path, end, host, hasKeys, deletes]) => {
        const parameters = [
          `host=${host}`,
          ...(scheme === "cos" ? ["appid=7"] : []),
          ...(hasKeys ? ["access_key=k%2Bk", "access_id=i"] : []),
          ...(deletes ? ["delete_mode=delete"] : []),
        ];
        return `${scheme}://${bucket}/${path}${end}?${parameters.reverse().join("&")}`;
      }),
  );

  it("has one canonical form, which means the same", () => {
    fc.assert(
      fc.property(destinations, (text) => {
        const uri = uriOf(text);
        expect(uriOf(formatStorageUri(uri))).toEqual(uri);
        expect(canonical(canonical(text))).toBe(canonical(text));
      }),
    );
  });

  it("is found again from the places of its tenants", () => {
    const ids = fc.integer({ min: 1, max: 100_000 });
    fc.assert(
      fc.property(
        destinations,
        ids,
        ids,
        fc.constantFrom("clog" as const, "data" as const),
        (text, cluster, tenant, kind) => {
          const base = uriOf(text);
          const location = tenantLocation(base, cluster, tenant, kind);
          expect(baseOfLocation(location, cluster, tenant, kind)).toEqual(base);
          expect(baseOfLocation(location, cluster, tenant + 1, kind)).toBeUndefined();
          expect(baseOfLocation(location, cluster, tenant, kind === "clog" ? "data" : "clog")).toBeUndefined();
          expect(sameLocation(location, publicUri(location))).toBe(true);
        },
      ),
    );
  });
});

describe("The place of a tenant below a base", () => {
  it.each<[string, "clog" | "data", string]>([
    ["file:///data/backup", "clog", "file:///data/backup/1/1002/clog"],
    ["file:///data/backup", "data", "file:///data/backup/1/1002/data"],
    ["oss://b/p?host=h", "clog", "oss://b/p/1/1002/clog?host=h"],
  ])("%s for %s is %s", (base, kind, location) => {
    expect(formatStorageUri(tenantLocation(uriOf(base), 1, 1002, kind))).toBe(location);
  });
});

describe("What obshell answers for a destination", () => {
  const clog = (base: string): StorageUri => tenantLocation(uriOf(base), 1, 1002, "clog");

  it.each<[string, string]>([
    ["file:///data/backup", "file:///data/backup/1/1002/clog"],
    ["oss://b/p/?host=h&access_id=i&access_key=k", "oss://b/p/1/1002/clog?host=h"],
    ["oss://b/?host=h", "oss://b//1/1002/clog?host=h"],
    ["cos://b/p?appid=1&host=h&delete_mode=delete", "cos://b/p/1/1002/clog?host=h&appid=1&delete_mode=delete"],
    ["s3://b/p?host=h&force_path_style=true", "s3://b/p/1/1002/clog?host=h"],
    [
      "s3://b/p?host=s3.us-east-1.amazonaws.com&s3_region=us-east-1",
      "s3://b/p/1/1002/clog?host=s3.us-east-1.amazonaws.com&s3_region=us-east-1",
    ],
  ])("is recognised: base %s, answer %s", (base, reported) => {
    expect(sameLocation(clog(base), reported)).toBe(true);
  });

  it("is recognised for a base that was written with a slash at its end, whose double slash is the same directory", () => {
    expect(sameLocation(clog("file:///data/backup/"), "file:///data/backup//1/1002/clog")).toBe(true);
  });

  it("is recognised for a tenant's own destination with a slash at its end", () => {
    expect(sameLocation(uriOf("file:///data/t1/arch/"), "file:///data/t1/arch")).toBe(true);
    expect(sameLocation(uriOf("file:///data/t1/arch"), "file:///data/t1/arch/")).toBe(true);
  });

  it.each<[string, string]>([
    ["file:///data/backup", "file:///data/backup/1/1004/clog"],
    ["file:///data/backup", "file:///data/backup/2/1002/clog"],
    ["file:///data/backup", "file:///data/backup/1/1002/data"],
    ["file:///data/backup", "file:///data/backup2/1/1002/clog"],
    ["file:///data/backup", ""],
    ["file:///data/backup", "nonsense"],
    ["oss://b/p?host=h", "oss://c/p/1/1002/clog?host=h"],
    ["oss://b/p?host=h", "oss://b/p/1/1002/clog?host=i"],
    ["oss://b/p?host=h", "oss://b/p/1/1002/clog?host=h&delete_mode=delete"],
    ["oss://b/p?host=h", "s3://b/p/1/1002/clog?host=h"],
    ["oss://b/p?host=h", "oss://b//p/1/1002/clog?host=h"],
  ])("is told from another place: base %s, answer %s", (base, reported) => {
    expect(sameLocation(clog(base), reported)).toBe(false);
  });
});
