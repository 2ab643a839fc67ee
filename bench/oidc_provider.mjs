// An OpenID provider that keeps everything in memory, on the port of its first argument.
import { Provider } from "oidc-provider";

const [port, client_id, client_secret] = process.argv.slice(2);
const client = {
  client_id,
  client_secret,
  grant_types: ["client_credentials"],
  redirect_uris: [],
  response_types: [],
};
const features = {
  clientCredentials: { enabled: true },
  introspection: { enabled: true, allowedPolicy: () => true },
  devInteractions: { enabled: false },
};
new Provider(`http://127.0.0.1:${port}`, { clients: [client], features }).listen(port, "127.0.0.1");
