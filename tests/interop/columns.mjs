// The lines of columns.py, as npm's h5wasm (HDF5 compiled to WebAssembly) or
// jsfive (a reader that shares no code with HDF5) see a dataset.
//
//	node columns.mjs h5wasm|jsfive DATASET
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

// NODE_PATH is for require alone; modules that have no CommonJS come by path.
const module = (path) => import(pathToFileURL(join(process.env.NODE_PATH, path)).href);
const MODULUS = 65521n;
const [reader, path] = process.argv.slice(2);

function line(name, values, texts) {
	const n = values.length;
	if (texts) {
		const ends = n ? [values[0], values[n - 1]].map((t) => JSON.stringify(t)) : ["-", "-"];
		const characters = Array.from(values, (t) => [...t].length).reduce((a, b) => a + b, 0);
		return [name, n, characters, ...ends];
	}
	if (n === 0)
		return [name, 0, 0, "-", "-"];
	let sum = 0n, least = values[0], greatest = values[0];
	for (const value of values) {
		const rest = BigInt(value) % MODULUS;
		sum += rest < 0n ? rest + MODULUS : rest;
		if (value < least)
			least = value;
		if (value > greatest)
			greatest = value;
	}
	return [name, n, sum, BigInt(least), BigInt(greatest)];
}

async function* withJsfive() {
	const { File } = await module("jsfive/dist/esm/index.mjs");
	const bytes = readFileSync(path);
	const file = new File(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length), "f");
	for (const table of [...file.keys].sort())
		for (const column of [...file.get(table).keys].sort()) {
			const values = file.get(`${table}/${column}`).value;
			const texts = typeof values[0] === "string";
			yield [`${table}/${column}`, texts ? values.map((t) => t.replace(/\0+$/, "")) : values, texts];
		}
}

async function* withH5wasm() {
	const h5wasm = (await module("h5wasm/dist/node/hdf5_hl.js")).default;
	await h5wasm.ready;
	const file = new h5wasm.File(path, "r");
	for (const table of file.keys().sort())
		for (const column of file.get(table).keys().sort()) {
			const values = file.get(`${table}/${column}`).value;
			yield [`${table}/${column}`, values, typeof values[0] === "string"];
		}
	file.close();
}

const columns = { jsfive: withJsfive, h5wasm: withH5wasm }[reader];
for await (const [name, values, texts] of columns())
	console.log(line(name, values, texts).join(" "));
