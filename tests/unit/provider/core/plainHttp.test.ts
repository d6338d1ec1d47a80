import { warnOfPlainHttp } from "../../../../provider/core/plainHttp";
import { testContext } from "../../support/context";

const warned = (url: string): boolean => {
  const lines: string[] = [];
  warnOfPlainHttp(url, "it is plain", { ...testContext(), log: (line) => lines.push(line) });
  return lines.length > 0;
};

describe("A warning of plain HTTP", () => {
  it.each([
    "http://10.10.10.1:2886",
    "http://polardb.aliyuncs.com",
    "http://0.0.0.0:80",
    "http://127.0.0.1.example.com",
    "http://localhost.example.com",
    "http://169.254.example.com",
    "http://notlocalhost",
    "http://[2001:db8::1]:2886",
    "HTTP://DB.EXAMPLE.COM",
  ])("is given for %s", (url) => {
    expect(warned(url)).toBe(true);
  });

  it.each([
    "https://polardb.aliyuncs.com",
    "http://127.0.0.1:2886",
    "http://127.1:2886",
    "http://LOCALHOST",
    "http://db.localhost",
    "http://[::1]:2886",
    "http://169.254.169.254/latest",
    "http://100.100.100.200/latest",
    "no address",
  ])("is not given for %s", (url) => {
    expect(warned(url)).toBe(false);
  });
});
