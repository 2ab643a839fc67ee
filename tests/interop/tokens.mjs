// What Node's libraries make of a token: `node tokens.mjs LIBRARY < {token, jwks_uri, issuer, audience}` prints
// its claims, or the name of what is wrong.
import { readFileSync } from "node:fs";
import { createPublicKey } from "node:crypto";
import { createRequire } from "node:module";

const require = createRequire(`${process.env.MODULES}/`);
const { token, jwks_uri, issuer, audience } = JSON.parse(readFileSync(0, "utf8"));

async function jose() {
  const { createRemoteJWKSet, jwtVerify } = require("jose");
  const keys = createRemoteJWKSet(new URL(jwks_uri));
  return (await jwtVerify(token, keys, { issuer, audience, typ: "at+jwt", algorithms: ["ES256"] })).payload;
}

async function jsonwebtoken() {
  const jwt = require("jsonwebtoken");
  const { keys } = await (await fetch(jwks_uri)).json();
  const { kid } = jwt.decode(token, { complete: true }).header;
  const key = createPublicKey({ key: keys.find((it) => it.kid === kid), format: "jwk" });
  return jwt.verify(token, key, { issuer, audience, algorithms: ["ES256"] });
}

try {
  console.log(JSON.stringify(await { jose, jsonwebtoken }[process.argv[2]]()));
} catch (error) {
  console.log(JSON.stringify({ refused: error.name }));
}
