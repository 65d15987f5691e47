// The Node side of package fastload, preloaded into the process that the jsii
// binding starts. It runs jsii's kernel in that process instead of in a second
// one, and gives the kernel its packages from files of the user's cache that
// know where each part lies, so that only the parts in use are read.
//
// Whatever is not as expected is left to the stock code: each way out says so
// once, for those who set FLOWOPS_FASTLOAD=debug.
"use strict";

const crypto = require("crypto");
const fs = require("fs");
const Module = require("module");
const path = require("path");
const vm = require("vm");
const { isAscii } = require("buffer");

const settings = JSON.parse(process.env.FLOWOPS_FASTLOAD_SETTINGS ?? "null");
delete process.env.FLOWOPS_FASTLOAD_SETTINGS;
if (settings) {
  // What runs below this process gets the options that it would have without us.
  process.env.NODE_OPTIONS = settings.nodeOptions;
  takeOver();
}

/** Unexpected ends the fast way; the stock one follows. */
class Unexpected extends Error {}

function debug(text) {
  if (settings.debug) fs.writeSync(2, `fastload: ${text}\n`);
}

function stepAside(error) {
  debug(`steps aside: ${error instanceof Unexpected ? error.message : error.stack}`);
}

/** timed adds up what loading takes: the outermost call counts. */
function timed(work) {
  if (timed.running) return work();
  const start = performance.now();
  timed.running = true;
  try {
    return work();
  } finally {
    timed.running = false;
    timed.total += performance.now() - start;
  }
}
timed.total = 0;

/** takeOver waits for the main module and runs the kernel in its place. */
function takeOver() {
  const stock = Module._extensions[".js"];
  Module._extensions[".js"] = function (module, filename) {
    if (module.id !== ".") return stock.call(this, module, filename);
    Module._extensions[".js"] = stock;
    let run;
    try {
      run = timed(() => kernel(filename));
    } catch (error) {
      stepAside(error);
      return stock.call(this, module, filename);
    }
    run(module);
  };
}

/** kernel prepares jsii's program for a run in this process. */
function kernel(main) {
  if (path.basename(main) !== "jsii-runtime.js") throw new Unexpected(`${main} is not jsii's runtime`);
  if (process.env.JSII_VALIDATE_ASSEMBLIES) throw new Unexpected("type descriptions are to be validated whole");
  const filename = path.join(path.dirname(main), "..", "lib", "program.js");
  const source = fs.readFileSync(filename);
  const codes = new CodeCache(settings.root);
  const packages = new Packages(settings.root, codes);
  const wrapper = codes.compile("program", Module.wrap(adapt(source.toString())), filename, sha256(source));
  return (module) => {
    // As the stock runtime starts it; read where packages are put into place.
    process.execArgv.push("--preserve-symlinks");
    for (const name of ["stdout", "stderr"]) wrapStream(name);
    process.on("exit", () => {
      debug(`loading took ${timed.total.toFixed()} ms`);
      try {
        codes.save(process.resourceUsage().voluntaryContextSwitches);
      } catch (error) {
        debug(`code is not kept: ${error.message}`);
      }
    });
    const program = new Module(filename, module);
    program.filename = filename;
    program.paths = Module._nodeModulePaths(path.dirname(filename));
    globalThis[Symbol.for("flowops.fastload")] = packages;
    wrapper.call(program.exports, program.exports, (id) => program.require(id), program, filename, path.dirname(filename));
  };
}

/**
 * adapt makes jsii's program talk to the binding itself, and ask us for a
 * package first. Each place must be there exactly once.
 */
function adapt(source) {
  const load = `const packageDir = __classPrivateFieldGet(this, _Kernel_instances, "m", _Kernel_getPackageDir).call(this, pkgname);\n`;
  const replacements = [
    ["readFD: 3,\n        writeFD: 3\n", "readFD: 0,\n        writeFD: 1\n"],
    [
      load,
      load +
        `const fast = globalThis[Symbol.for("flowops.fastload")].load(req, packageDir);
        if (fast) {
          __classPrivateFieldGet(this, _Kernel_instances, "m", _Kernel_addAssembly).call(this, new Assembly(fast.metadata, fast.closure));
          return { assembly: fast.metadata.name, types: fast.types };
        }\n`,
    ],
  ];
  for (const [before, after] of replacements) {
    source = replaceOnce(source, before, after) ?? fail("this version of jsii's runtime is not known");
  }
  // It renders each type that it serializes into a message, of an assertion that holds.
  return replaceOnce(source, "assert(typeRef != null, `Kernel error", "typeRef != null || assert(false, `Kernel error") ?? source;
}

function replaceOnce(text, before, after) {
  const parts = text.split(before);
  return parts.length === 2 ? parts.join(after) : undefined;
}

/** wrapStream sends what code writes to the console the way the stock runtime does. */
function wrapStream(name) {
  const { Writable } = require("stream");
  const stream = new Writable({
    write(chunk, _encoding, done) {
      const line = Buffer.from(JSON.stringify({ [name]: Buffer.from(chunk).toString("base64") }) + "\n");
      for (let at = 0; at < line.length; ) at += fs.writeSync(2, line, at);
      done();
    },
  });
  stream.fd = name === "stdout" ? 1 : 2;
  Object.defineProperty(process, name, { configurable: true, enumerable: true, get: () => stream });
}

const sha256 = (data) => crypto.createHash("sha256").update(data).digest("base64url");

const day = 24 * 3600 * 1000; // ms

/** used says that a file of the cache is in use, by its time. */
function used(fd) {
  try {
    fs.futimesSync(fd, new Date(), new Date());
  } catch {} // then it is made anew some day
}

/**
 * forget removes packs that nobody used for a month: of this loader, which
 * other versions of the bindings left, and of other loaders. A loader without
 * packs goes too; this one has the pack that was written just now.
 */
function forget(caches) {
  const unused = (file) => Date.now() - fs.lstatSync(file).mtimeMs > 30 * day;
  for (const entry of fs.readdirSync(caches, { withFileTypes: true })) {
    const dir = path.join(caches, entry.name);
    try {
      if (!entry.isDirectory()) continue;
      const packs = fs.readdirSync(dir).filter((name) => name !== "loader.js");
      const left = packs.filter((name) => {
        const file = path.join(dir, name);
        if (unused(file)) fs.rmSync(file);
        return fs.existsSync(file);
      });
      const script = path.join(dir, "loader.js");
      if (left.length === 0 && unused(script)) {
        fs.rmSync(script);
        fs.rmdirSync(dir);
      }
    } catch {} // another process was faster, or the directory is not ours
  }
}

/**
 * Pack is a file of named parts. Its index says what it was made from and has
 * each part's digest; the index's own digest stands before it. A part is read,
 * and checked, when it is asked for.
 */
class Pack {
  static magic = Buffer.from("flowops1");

  /** open throws Unexpected for a file that is not exactly what it should be. */
  static open(file, madeFrom) {
    const fd = fs.openSync(file, "r");
    try {
      const stat = fs.fstatSync(fd);
      if (!stat.isFile() || (process.getuid && stat.uid !== process.getuid()) || stat.mode & 0o022) {
        throw new Unexpected(`${file} is somebody else's`);
      }
      const head = readAt(fd, 0, 44);
      const length = head.readUInt32LE(8);
      if (!head.subarray(0, 8).equals(Pack.magic) || 44 + length > stat.size) throw new Unexpected(`${file} is damaged`);
      const index = readAt(fd, 44, length);
      if (!crypto.createHash("sha256").update(index).digest().equals(head.subarray(12))) {
        throw new Unexpected(`${file} is damaged`);
      }
      const { from, size, parts } = JSON.parse(index.toString());
      if (from !== madeFrom || size !== stat.size) throw new Unexpected(`${file} is not of ${madeFrom}`);
      if (Date.now() - stat.mtimeMs > day) used(fd);
      return new Pack(file, fd, parts, 44 + length);
    } catch (error) {
      fs.closeSync(fd);
      throw error;
    }
  }

  /** write puts a pack into place at once, whoever else does the same. */
  static write(file, from, contents) {
    const parts = {};
    let offset = 0;
    for (const [name, data] of contents) {
      parts[name] = [offset, data.length, sha256(data)];
      offset += data.length;
    }
    // The size is part of the index, and the index part of the size.
    let index;
    for (let size = 0; ; ) {
      index = Buffer.from(JSON.stringify({ from, size, parts }));
      if (size === 44 + index.length + offset) break;
      size = 44 + index.length + offset;
    }
    const head = Buffer.alloc(12, Pack.magic);
    head.writeUInt32LE(index.length, 8);
    const temporary = `${file}.${process.pid}.${crypto.randomBytes(6).toString("hex")}.tmp`;
    const fd = fs.openSync(temporary, "wx", 0o600);
    try {
      for (const data of [head, crypto.createHash("sha256").update(index).digest(), index, ...contents.values()]) {
        for (let at = 0; at < data.length; ) at += fs.writeSync(fd, data, at);
      }
      fs.closeSync(fd);
      fs.renameSync(temporary, file);
    } catch (error) {
      fs.rmSync(temporary, { force: true });
      throw error;
    }
    forget(path.dirname(path.dirname(file)));
  }

  constructor(file, fd, parts, base) {
    Object.assign(this, { file, fd, parts, base });
  }

  has(name) {
    return Object.hasOwn(this.parts, name);
  }

  digest(name) {
    return this.parts[name][2];
  }

  read(name) {
    const [offset, length, digest] = this.parts[name];
    const data = readAt(this.fd, this.base + offset, length);
    if (sha256(data) !== digest) throw new Unexpected(`${this.file} is damaged at ${name}`);
    return data;
  }
}

function readAt(fd, position, length) {
  const data = Buffer.allocUnsafe(length);
  for (let at = 0; at < length; ) {
    const read = fs.readSync(fd, data, at, length - at, position + at);
    if (read === 0) throw new Unexpected("a file of the cache is cut off");
    at += read;
  }
  return data;
}

/** Store reads a pack's parts, and makes the pack where there is none that is as it should be. */
class Store {
  constructor(file, from, make) {
    Object.assign(this, { file, from, make });
  }

  read(name) {
    try {
      this.source ??= Pack.open(this.file, this.from);
      return this.source.read(name);
    } catch (error) {
      if (error.code !== "ENOENT") debug(`makes a cache anew: ${error.message}`);
    }
    fs.accessSync(path.dirname(this.file), fs.constants.W_OK);
    const contents = this.make();
    this.source = { read: (part) => contents.get(part), digest: (part) => sha256(contents.get(part)) };
    try {
      Pack.write(this.file, this.from, contents);
      this.source = Pack.open(this.file, this.from);
    } catch (error) {
      debug(`keeps no cache: ${error.message}`);
    }
    return this.source.read(name);
  }

  /** digest is the digest of a part that was read. */
  digest(name) {
    return this.source.digest(name);
  }
}

/** CodeCache keeps what V8 made of the sources that ran. */
class CodeCache {
  constructor(root) {
    // V8 accepts its code again under the same version and flags only.
    this.from = [process.version, process.versions.v8, process.platform, process.arch, settings.nodeOptions, ...process.execArgv].join(" ");
    this.file = path.join(root, `${sha256(this.from)}.code`);
    this.scripts = new Map();
    this.isNew = false;
    try {
      this.pack = Pack.open(this.file, this.from);
    } catch (error) {
      if (error.code !== "ENOENT") debug(`makes code anew: ${error.message}`);
    }
  }

  /** compile returns the value of a script whose text has, or comes from what has, a digest. */
  compile(name, source, filename, digest) {
    const key = `${name} ${digest}`;
    const script = new vm.Script(source, { filename, cachedData: this.stored(key) });
    if (script.cachedDataRejected !== false) this.isNew = true;
    this.scripts.set(key, script);
    return script.runInThisContext();
  }

  stored(key) {
    try {
      return this.pack?.has(key) ? this.pack.read(key) : undefined;
    } catch (error) {
      debug(`makes code anew: ${error.message}`);
    }
  }

  /**
   * save keeps the code if a script was new, or if this run is the larger one
   * and so has compiled more of it. Its measure is how often it waited: that is
   * once a call.
   */
  save(weight) {
    const before = Number(this.pack?.has("weight") ? this.pack.read("weight") : 0);
    if (!this.isNew && weight <= 2 * before) return;
    const contents = new Map([["weight", Buffer.from(String(Math.max(weight, before)))]]);
    for (const key of Object.keys(this.pack?.parts ?? {})) {
      if (key === "weight" || this.scripts.has(key)) continue;
      try {
        contents.set(key, this.pack.read(key));
      } catch {}
    }
    for (const [key, script] of this.scripts) contents.set(key, script.createCachedData());
    Pack.write(this.file, this.from, contents);
  }
}

/** Packages answers the kernel's requests to load a package. */
class Packages {
  constructor(root, codes) {
    Object.assign(this, { root, codes });
    this.held = new Map();
  }

  /** load is undefined where the stock code is to load the package. */
  load(req, packageDir) {
    return timed(() => this.find(req, packageDir));
  }

  find(req, packageDir) {
    if (!this.held.has(req.name)) {
      try {
        if (req.name.startsWith("@cdktf/provider-")) return this.provider(this.hold(req, packageDir));
        if (req.name === "constructs" || req.name === "cdktf") return this.library(this.hold(req, packageDir));
        debug(`leaves ${req.name} to the stock loader`);
      } catch (error) {
        stepAside(error);
        this.forget(req.name, packageDir);
      }
    }
    this.placeAll();
  }

  /** hold keeps a package's archive within reach: the binding deletes it after the load. */
  hold(req, packageDir) {
    const { name, version, tarball } = req;
    const fd = fs.openSync(tarball, "r");
    const digest = identity(fd);
    const held = { name, version, fd, packageDir, placed: false };
    // packageDir is <directory of this run>/node_modules/<name>.
    held.modules = packageDir.slice(0, -name.length - 1);
    held.from = `${name}@${version} ${digest}`;
    held.file = path.join(this.root, `${digest}.pack`);
    this.held.set(name, held);
    return held;
  }

  /** forget leaves no trace of a package that the stock code is to load. */
  forget(name, packageDir) {
    const held = this.held.get(name);
    this.held.delete(name);
    if (held) fs.closeSync(held.fd);
    fs.rmSync(packageDir, { recursive: true, force: true });
    for (const file of Object.keys(Module._cache)) {
      if (file.startsWith(packageDir + path.sep)) delete Module._cache[file];
    }
  }

  /**
   * place puts a package's files where the stock code has them. They are this
   * process's own, and go with it: jsii's cache of packages is nobody's to trust.
   */
  place(held) {
    if (held.placed) return;
    held.placed = true;
    for (const [file, data] of untar(readAt(held.fd, 0, fs.fstatSync(held.fd).size))) {
      const target = path.join(held.packageDir, file);
      if (!target.startsWith(held.packageDir + path.sep)) throw new Unexpected(`the archive has an entry outside: ${file}`);
      fs.mkdirSync(path.dirname(target), { recursive: true });
      fs.writeFileSync(target, data);
    }
  }

  /**
   * placeAll makes every package that was loaded one that Node finds. It comes
   * before Node looks for any: Node remembers what it did not find.
   */
  placeAll() {
    for (const held of this.held.values()) this.place(held);
  }

  /** evaluate is what require does, for a module whose function we have. */
  evaluate(file, parent, define) {
    const known = Module._cache[file];
    if (known) return known.exports;
    const module = new Module(file, parent);
    module.filename = file;
    Module._cache[file] = module;
    try {
      define(module);
      module.loaded = true;
    } catch (error) {
      delete Module._cache[file];
      throw error;
    }
    return module.exports;
  }

  /** stockRequire requires what we don't have. */
  stockRequire(module, request) {
    if (!Module.isBuiltin(request)) {
      this.placeAll();
      module.paths = Module._nodeModulePaths(path.dirname(module.filename));
    }
    return module.require(request);
  }

  /** provider loads a namespace of a provider, its code and its types, when it is asked for. */
  provider(held) {
    const store = new Store(held.file, held.from, () => providerParts(held));
    const map = JSON.parse(store.read("map"));
    const lib = path.join(held.packageDir, "lib");
    const load = (file, parent) =>
      this.evaluate(path.join(lib, file), parent, (module) => {
        const require = (request) => {
          if (!request.startsWith(".")) return this.evaluateEntry(request) ?? this.stockRequire(module, request);
          const target = path.posix.join(path.posix.dirname(file), request);
          return load(map.files[target] ?? map.files[`${target}/index`] ?? fail(`${file} requires ${request}`), module);
        };
        const run = this.codes.compile(`${held.name}/${file}`, text(store.read(file)), module.filename, store.digest(file));
        run.call(module.exports, module.exports, require, module, module.filename, path.dirname(module.filename));
      });
    const closure = {};
    Object.defineProperty(closure, "__esModule", { value: true });
    for (const [namespace, file] of Object.entries(map.namespaces)) {
      Object.defineProperty(closure, namespace, { configurable: true, enumerable: true, get: () => timed(() => load(file, null)) });
    }
    // A type that is not there yet is looked for behind the ones that are.
    const seen = new Set();
    const types = Object.create(
      new Proxy({}, {
        get(_target, fqn) {
          const namespace = String(fqn).split(".")[1];
          if (seen.has(namespace) || !Object.hasOwn(map.namespaces, namespace)) return undefined;
          timed(() => Object.assign(types, JSON.parse(text(store.read(`types ${namespace}`)))));
          seen.add(namespace);
          return Object.hasOwn(types, fqn) ? types[fqn] : undefined;
        },
      }),
    );
    return { metadata: { ...map.metadata, types }, closure, types: map.types };
  }

  /** library loads a package as one script. */
  library(held) {
    const store = new Store(held.file, held.from, () => libraryParts(held, () => this.placeAll()));
    const map = JSON.parse(store.read("map"));
    const metadata = JSON.parse(text(store.read("assembly")));
    const functions = this.codes.compile(held.name, text(store.read("script")), path.join(held.packageDir, "bundle.js"), store.digest("script"));
    // What a module has for __filename and __dirname: who asks gets the file.
    const placeAll = () => this.placeAll();
    const here = ({ filename }) => ({
      get filename() {
        placeAll();
        return filename;
      },
      get dirname() {
        placeAll();
        return path.dirname(filename);
      },
    });
    const load = (file, parent) =>
      this.evaluate(path.join(held.modules, file), parent, (module) => {
        const { at, requires } = map.files[file];
        const require = (request) => {
          const target = requires[request];
          if (target === undefined) return this.stockRequire(module, request);
          if (Object.hasOwn(map.files, target)) return load(target, module);
          return this.evaluateEntry(request, target) ?? this.stockRequire(module, request);
        };
        require.main = process.mainModule;
        functions[at].call(module.exports, module.exports, require, module, here(module));
      });
    held.entry = { file: map.entry, load: () => load(map.entry, null) };
    return { metadata, closure: held.entry.load(), types: Object.keys(metadata.types ?? {}).length };
  }

  /** evaluateEntry is another package of ours, if that is what a name stands for. */
  evaluateEntry(name, file) {
    const entry = this.held.get(name)?.entry;
    return entry && (file === undefined || file === entry.file) ? entry.load() : undefined;
  }
}

/**
 * identity is a digest of an archive. A large one that comes from a Go module
 * whose checksum the program carries is known by that, its size and its ends:
 * the last bytes of a gzip file are a checksum of all that it holds.
 */
function identity(fd) {
  const { size } = fs.fstatSync(fd);
  const sums = settings.sums.join(" ");
  if (size < 8 << 20 || !sums) return sha256(readAt(fd, 0, size));
  const end = 64 << 10;
  return sha256(Buffer.concat([Buffer.from(`${sums} ${size} `), readAt(fd, 0, end), readAt(fd, size - end, end)]));
}

function fail(message) {
  throw new Unexpected(message);
}

function text(data) {
  return data.toString(isAscii(data) ? "latin1" : "utf8");
}

/**
 * CDKTF keeps a stack trace for each token, as text, for the message of an
 * error. Rendered when it is looked at, it costs a tenth.
 */
function lazyTraces(source) {
  const eager = `    if (!object.stack) {
        return [];
    }
    return object.stack
        .split("\\n")
        .slice(1)
        .map((s) => s.replace(/^\\s*at\\s+/, ""));
`;
  const lazy = `    const lines = [];
    let read = false;
    return new Proxy(lines, {
        get(target, key, receiver) {
            if (!read) {
                read = true;
                lines.push(...(object.stack || "").split("\\n").slice(1).map((s) => s.replace(/^\\s*at\\s+/, "")));
            }
            return Reflect.get(target, key, receiver);
        },
    });
`;
  return replaceOnce(source, eager, lazy) ?? source;
}

const withoutMap = (source) => source.replace(/\n\/\/# sourceMappingURL=\S*\s*$/, "\n");

/** description is a type description without what only documents it. */
function description(assembly) {
  const { readme, submodules, docs, dependencyClosure, ...rest } = assembly;
  return JSON.stringify(rest, (key, value) =>
    key === "docs" || key === "locationInModule" || key === "symbolId" ? undefined : value,
  );
}

/** providerParts takes a generated provider apart by namespace. */
function providerParts(held) {
  const files = untar(readAt(held.fd, 0, fs.fstatSync(held.fd).size));
  const { types, ...assembly } = JSON.parse(files.get(".jsii") ?? fail(`${held.name} has no type description`));
  const [major, minor] = String(assembly.jsiiVersion).split(".").map(Number);
  if (assembly.schema !== "jsii/0.10.0" || major !== 5 || !(minor >= 0) || !types) {
    throw new Unexpected(`${held.name} has a type description of another kind: ${assembly.schema} ${assembly.jsiiVersion}`);
  }
  const parts = new Map();
  const map = { metadata: JSON.parse(description(assembly)), types: Object.keys(types).length, namespaces: {}, files: {} };
  for (const [file, data] of files) {
    const lib = /^lib\/(.+)\.js$/.exec(file)?.[1];
    if (lib === undefined || lib === "index") continue;
    const source = withoutMap(data.toString());
    for (const [, request] of source.matchAll(/\brequire\(([^)]*)\)/g)) {
      if (!/^(["'])(cdktf|constructs|\.\.?\/[\w./-]+)\1$/.test(request)) throw new Unexpected(`${file} requires ${request}`);
    }
    map.files[lib] = `${lib}.js`;
    parts.set(`${lib}.js`, Buffer.from(Module.wrap(source)));
  }
  // The index may only hand on the namespaces: loading it lazily skips nothing else.
  for (const line of withoutMap(String(files.get("lib/index.js"))).split("\n")) {
    const [, namespace, directory] = /^exports\.(\w+) = require\("\.\/([\w-]+)"\);$/.exec(line) ?? [];
    if (namespace) {
      map.namespaces[namespace] = map.files[`${directory}/index`] ?? fail(`${held.name} has no ${directory}`);
    } else if (!/^("use strict";|Object\.defineProperty\(exports, "__esModule", \{ value: true \}\);|(exports\.\w+ = )+void 0;|\/\/ .*|\/\*\*| \*.*|)$/.test(line)) {
      throw new Unexpected(`the index of ${held.name} holds more than its namespaces: ${line.slice(0, 80)}`);
    }
  }
  const shards = new Map(Object.keys(map.namespaces).map((namespace) => [namespace, {}]));
  for (const [fqn, type] of Object.entries(types)) {
    const [name, namespace, ...rest] = fqn.split(".");
    if (name !== held.name || rest.length !== 1 || !shards.has(namespace)) throw new Unexpected(`${fqn} is in no namespace`);
    shards.get(namespace)[fqn] = type;
  }
  for (const [namespace, shard] of shards) parts.set(`types ${namespace}`, Buffer.from(description(shard)));
  parts.set("map", Buffer.from(JSON.stringify(map)));
  return parts;
}

/**
 * libraryParts follows what a package's modules require, by Node's own rules,
 * and puts what it finds into one script. Modules that care where they lie stay
 * outside, and are found by Node when they are asked for.
 */
function libraryParts(held, place) {
  place();
  const resolve = (file, request) => Module.createRequire(file).resolve(request);
  const relative = (file) => path.relative(held.modules, file);
  const entry = resolve(path.join(held.modules, "..", "index.js"), held.name);
  const functions = [];
  const files = {};
  const queue = [entry];
  for (let file; (file = queue.pop()) !== undefined; ) {
    if (files[relative(file)] || !file.startsWith(held.packageDir + path.sep)) continue;
    const source = lazyTraces(withoutMap(fs.readFileSync(file, "utf8")).replace(/^#!.*/, ""));
    const requires = {};
    if (file.endsWith(".json")) {
      functions.push(`(function (exports, require, module) { module.exports = JSON.parse(${JSON.stringify(source)}); })`);
    } else if (/\.c?js$/.test(file) && !caresWhereItLies(source)) {
      for (const [, , request] of source.matchAll(/\brequire\(\s*(["'])([^"'\n]+)\1\s*\)/g)) {
        if (Module.isBuiltin(request)) continue;
        try {
          const target = resolve(file, request);
          requires[request] = relative(target);
          queue.push(target);
        } catch {} // An optional one: Node says so again when it is asked for.
      }
      functions.push(`(function (exports, require, module, here) { ${source.replace(/\b__(file|dir)name\b/g, "here.$1name")}\n})`);
    } else {
      continue;
    }
    files[relative(file)] = { at: functions.length - 1, requires };
  }
  if (!files[relative(entry)]) throw new Unexpected(`${held.name} cares where it lies`);
  return new Map([
    ["script", Buffer.from(`[\n${functions.join(",\n")}\n]`)],
    ["assembly", Buffer.from(description(JSON.parse(fs.readFileSync(path.join(held.packageDir, ".jsii")))))],
    ["map", Buffer.from(JSON.stringify({ entry: relative(entry), files }))],
  ]);
}

/** caresWhereItLies is about modules that do more with Node's loader than to require and to export. */
function caresWhereItLies(source) {
  const code = source.replace(/\/\*\* @[^]*?\*\//g, "");
  return /["'][^"'\n]*__(file|dir)name|\brequire\s*\.\s*(?!main\b)\w|\bmodule\s*\.\s*(parent|children|paths|filename|id|path|require|loaded)\b|\bimport\s*\(/.test(code);
}

/** untar is an archive's files by their names in the package. */
function untar(archive) {
  const data = require("zlib").gunzipSync(archive);
  const files = new Map();
  const string = (at, length) => data.toString("utf8", at, at + length).replace(/\0.*$/s, "");
  for (let at = 0; at + 512 <= data.length && data[at] !== 0; ) {
    const size = parseInt(string(at + 124, 12), 8);
    const type = String.fromCharCode(data[at + 156]);
    const prefix = string(at + 345, 155);
    const name = (prefix ? `${prefix}/` : "") + string(at, 100);
    if (string(at + 257, 5) !== "ustar" || !(size >= 0) || at + 512 + size > data.length || !/^[0\0]$/.test(type) || !name.startsWith("package/")) {
      throw new Unexpected(`the archive has an entry of another kind: ${name}`);
    }
    files.set(name.slice("package/".length), data.subarray(at + 512, at + 512 + size));
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return files;
}
