// Each column of a Parquet file as npm's hyparquet (JavaScript) or DuckDB
// (C++) sees it: how many values and nulls, and the SHA-256 of all of them as
// text, a line each, with "\N" for null.  DuckDB also tells the types and the
// statistics.  Prints JSON.
//
//	node parquet_columns.mjs hyparquet|duckdb FILE
import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

// NODE_PATH is for require alone; modules that have no CommonJS come by path.
const module = (path) => import(pathToFileURL(join(process.env.NODE_PATH, path)).href);
const [reader, path] = process.argv.slice(2);

function summary(values) {
	const hash = createHash("sha256");
	let nulls = 0;
	for (const value of values) {
		const none = value === null || value === undefined;
		nulls += none;
		hash.update(none ? "\\N\n" : `${value}\n`);
	}
	return { rows: values.length, nulls, sha256: hash.digest("hex") };
}

async function withHyparquet() {
	const { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } = await module("hyparquet/src/node.js");
	const file = await asyncBufferFromFile(path);
	const metadata = await parquetMetadataAsync(file);
	const compressors = { GZIP: (input) => gunzipSync(input) };
	const columns = {};
	for (const { name } of metadata.schema.slice(1)) {
		const rows = await parquetReadObjects({ file, metadata, compressors, columns: [name] });
		columns[name] = summary(rows.map((row) => row[name]));
	}
	const pairs = Object.fromEntries(metadata.key_value_metadata.map(({ key, value }) => [key, value]));
	return { columns, pairs, rows: Number(metadata.num_rows), groups: metadata.row_groups.length };
}

async function withDuckdb() {
	const { DuckDBInstance } = await module("@duckdb/node-api/lib/index.js");
	const connection = await (await DuckDBInstance.create(":memory:")).connect();
	const from = `'${path.replaceAll("'", "''")}'`;
	const query = async (text) => (await connection.runAndReadAll(text)).getRowObjectsJson();
	const columns = {}, types = {};
	for (const { column_name: name, column_type: type } of await query(`DESCRIBE SELECT * FROM ${from}`)) {
		const value = type.startsWith("TIMESTAMP") ? `epoch_us("${name}")` : `"${name}"`;
		types[name] = type;
		const rows = await connection.runAndReadAll(`SELECT ${value}::VARCHAR FROM ${from} ORDER BY file_row_number`
			.replace(`FROM ${from}`, `FROM read_parquet(${from}, file_row_number = true)`));
		columns[name] = summary(rows.getRows().map((row) => row[0]));
	}
	const statistics = await query(`SELECT row_group_id AS "group", path_in_schema AS "column", stats_min_value AS least,
		stats_max_value AS most, stats_null_count AS nulls, num_values AS "values", total_compressed_size AS bytes
		FROM parquet_metadata(${from}) ORDER BY ALL`);
	return { columns, types, statistics };
}

console.log(JSON.stringify(await { hyparquet: withHyparquet, duckdb: withDuckdb }[reader]()));
