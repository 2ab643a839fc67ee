// An OpenID provider over HTTPS: port, file with key and certificate, its JWK set, a client and its secret.
// The first key signs; access tokens are JWTs for whatever resource is asked for.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:https";
import { pathToFileURL } from "node:url";

const [modules, port, certified, keys, client_id, client_secret] = process.argv.slice(2);
const found = createRequire(`${modules}/`).resolve("oidc-provider");
const { default: Provider } = await import(pathToFileURL(found));

const issuer = `https://localhost:${port}`;
const resources = {
  enabled: true,
  getResourceServerInfo: (_, resource) => ({
    audience: resource,
    scope: "",
    accessTokenFormat: "jwt",
    jwt: { sign: { alg: "ES256" } },
  }),
};
const provider = new Provider(issuer, {
  clients: [
    {
      client_id,
      client_secret,
      grant_types: ["client_credentials"],
      id_token_signed_response_alg: "ES256",
      redirect_uris: [],
      response_types: [],
    },
  ],
  jwks: JSON.parse(readFileSync(keys)),
  features: {
    clientCredentials: { enabled: true },
    devInteractions: { enabled: false },
    resourceIndicators: resources,
  },
});
const pem = readFileSync(certified);
createServer({ key: pem, cert: pem }, provider.callback()).listen(port, "127.0.0.1");
