/*
 * report.html: numbers and points, as the figures need them.  The three files
 * report_words.js, report_draw.js and report.js become one script, in a scope
 * of its own (analysis/embed.py).
 */

const root = document.documentElement;
const charts = JSON.parse(document.getElementById('charts').textContent);
const views = new Map(); // figure element: its view
const CHOICES = 14; // what the list offers to take out
const PORTS = 65536;
const NARROW = 24; // so many bars lie, more stand
const RUN = 6; // so many numbers that rise are a time, or the like

root.classList.add('scripts');

// Numbers, as the tables print them.

function grouped(value) {
	return Math.round(value).toString().replace(/\B(?=(\d{3})+$)/g, ',');
}

function scaled(value, units, space) {
	let i = 0;
	while (value >= 999.5 && i + 1 < units.length) {
		value /= 1000;
		i++;
	}
	const digits = i === 0 || value >= 100 ? 0 : value >= 10 ? 1 : 2;
	return value.toFixed(digits) + space + units[i];
}

function words(value, unit) {
	if (unit === 'bytes')
		return scaled(value, ['B', 'kB', 'MB', 'GB', 'TB', 'PB'], ' ');
	if (unit === 'percent')
		return (value === 0 ? '0' : value < 0.01 ?
		    value.toPrecision(2) : value.toFixed(2)) + ' %';
	if (unit === 'duration')
		return grouped(value / 1e9) + ' s';
	return Number.isInteger(value) ? grouped(value) : value.toPrecision(4);
}

// The same at an axis, where there is little room.
function tick(value, unit) {
	if (unit === 'percent')
		return Number(value.toPrecision(3)) + ' %';
	const text = unit === 'bytes' ? words(value, unit) :
	    value < 10000 ? String(Number(value.toPrecision(3))) :
	    scaled(value, ['', 'k', 'M', 'G', 'T'], ' ');
	return text.replace(/\.0+(?= |$)/, '').trim();
}

function isPower(value) {
	const power = Math.log10(value);
	return Math.abs(power - Math.round(power)) < 1e-9;
}

function colour(name) {
	return getComputedStyle(root).getPropertyValue('--' + name).trim();
}

function element(name, attributes, text) {
	const e = document.createElement(name);
	for (const key in attributes)
		e.setAttribute(key, attributes[key]);
	if (text !== undefined)
		e.textContent = text;
	return e;
}

// Whether bars are of numbers that rise: hours, days, and the like.
function isRun(data) {
	const name = data.labels || [];
	return name.length >= RUN && name.every((n, i) => n !== '' &&
		isFinite(n) && (i === 0 || Number(n) > Number(name[i - 1])));
}

// Whether bars lie: few of them, with names to be read.
function isLying(data) {
	return data.kind === 'bars' && data.labels.length <= NARROW &&
		!isRun(data);
}

// What a figure has to draw: the points, as x, y, z and a name each.

function points(data) {
	if (data.points)
		return data.points;
	if (data.from !== undefined)
		return data.points = points(charts[data.from]);
	if (data.kind === 'bars') {
		data.points = data.values.map((y, i) =>
			({ x: i, y: y, name: data.labels[i] || '(none)' }));
		return data.points;
	}
	if (data.kind === 'density') {
		data.points = [];
		data.cells.forEach((z, i) => {
			if (z > 0)
				data.points.push({ z: z,
					x: Math.floor(i / data.rows) *
					    data.axes[0].step,
					y: i % data.rows *
					    data.axes[1].step });
		});
		return data.points;
	}
	let x = 0;
	data.points = data.x.map((step, i) => {
		x += step;
		return { x: x, y: data.y[i], name: String(x) };
	});
	return data.points;
}

function unitOf(data, axis) {
	return data.kind === 'bars' ? (axis === 1 ? data.unit : 'count') :
	    data.axes[axis].unit;
}

// x of a point as a reader knows it: port 36459, day 3.42.
function place(data, axis, value) {
	const unit = data.axes[axis].unit;
	return unit === 1 ? String(value) : (value / unit).toFixed(2);
}
