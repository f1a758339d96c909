// Validates DATA/ro-crate-metadata.json and the files it names with the
// library of npm's ro-crate, then versions of it that lack something.
//
//	node crate.cjs DATA
//
// The library asks the network for the context; it is given its own copy.
'use strict';
const fs = require('fs');
const path = require('path');

globalThis.fetch = async () => ({
	ok: true,
	status: 200,
	json: async () => require('ro-crate/lib/context.json'),
});
const { validate } = require('ro-crate/lib/validator');

const data = process.argv[2];
const text = fs.readFileSync(path.join(data, 'ro-crate-metadata.json'), 'utf8');

function filesBelow(folder, prefix = '') {
	return fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
		entry.isDirectory()
			? filesBelow(path.join(folder, entry.name), `${prefix}${entry.name}/`)
			: [`${prefix}${entry.name}`]);
}

// What the library thinks of a crate: { error: n, warning: n, ... }, and says.
async function judge(crate) {
	const files = {};
	for (const name of filesBelow(data))
		files[name] = { exists: true };
	const results = await validate(JSON.stringify(crate), files);
	const count = { success: 0, error: 0, warning: 0, said: [] };
	for (const result of results) {
		count[result.status] = (count[result.status] || 0) + 1;
		if (result.status !== 'success' && result.status !== 'info')
			count.said.push(`${result.status}: ${result.message}`);
	}
	return count;
}

function edited(change) {
	const crate = JSON.parse(text);
	const root = crate['@graph'].find((entity) => entity['@id'] === './');
	change(crate, root);
	return crate;
}

const damages = {
	'no license': (crate, root) => delete root.license,
	'no name': (crate, root) => delete root.name,
	'no description': (crate, root) => delete root.description,
	'two dates': (crate, root) => {
		root.datePublished = ['2026-01-01', '2026-01-02'];
	},
	'a date in words': (crate, root) => {
		root.datePublished = 'last week';
	},
	'no Dataset': (crate, root) => {
		root['@type'] = 'CreativeWork';
	},
	'a file that is not there': (crate) => {
		crate['@graph'].find((entity) => entity['@id'] === 'flows.h5')['@id'] =
			'other.h5';
	},
};

(async () => {
	let faults = 0;
	const whole = await judge(JSON.parse(text));
	console.log(`  ro-crate: ${whole.success} tests passed, ` +
		`${whole.error} errors, ${whole.warning} warnings`);
	for (const line of whole.said)
		console.log(`    ${line}`);
	if (whole.error > 0 || whole.warning > 0 || whole.success < 10)
		faults++;
	for (const [name, change] of Object.entries(damages)) {
		const count = await judge(edited(change));
		if (count.error === 0) {
			console.log(`  unnoticed: ${name}`);
			faults++;
		}
	}
	console.log(`  ${Object.keys(damages).length} damaged crates tried`);
	process.exit(faults === 0 ? 0 : 1);
})();
