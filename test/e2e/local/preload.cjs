// Loaded into an agent's process before its own code: the hosts that the agent
// calls by name are on this machine, behind the certificate that it is given.
const tls = require("node:tls");
const connect = tls.connect;
tls.connect = (options, ...rest) => {
  const host = options.servername || options.host || "";
  return host.endsWith(".amazonaws.com")
    ? connect({ ...options, servername: host, host: "127.0.0.1", port: Number(process.env.LOCAL_TLS_PORT) }, ...rest)
    : connect(options, ...rest);
};
