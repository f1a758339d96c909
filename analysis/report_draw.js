/*
 * report.html: one figure, drawn with Chart.js on a logarithmic or linear
 * scale, with what the reader takes out left out.
 */

/*
 * A figure on the page.  out holds what the reader took away: places in
 * the table of bars, and x of points.
 */
function View(figure) {
	this.figure = figure;
	this.data = charts[Number(figure.dataset.chart)];
	this.all = points(this.data);
	this.log = this.data.log;
	this.out = new Set(this.data.drop === undefined ? [] :
	    [this.data.drop]);
	this.at = -1; // the point that the keyboard is at
	this.build();
}

View.prototype.build = function () {
	const data = this.data, tools = element('div', { class: 'tools' });
	const lies = isLying(data);
	const box = element('div', { class: 'canvas' +
		(data.kind === 'bars' ? '' : ' tall') });

	this.lies = lies;
	this.runs = data.kind === 'bars' && isRun(data);
	this.caption = this.figure.querySelector('figcaption');
	this.title = this.caption.textContent.replace(
		/, (logarithmic|linear) scale$/, '');
	this.buttons = ['Logarithmic', 'Linear'].map((name, i) => {
		const b = element('button', { type: 'button' }, name);
		b.addEventListener('click', () => {
			this.log = i === 0;
			this.draw();
		});
		return b;
	});
	const pair = element('span', { class: 'pair', role: 'group',
		'aria-label': 'Scale' });
	pair.append(...this.buttons);
	tools.append(pair);
	// Bars, ports and hosts can be taken out; times not.
	if (data.kind === 'bars' || data.kind === 'points' &&
	    data.axes[0].unit === 1) {
		this.list = element('select', { 'aria-label':
			'Take out of the figure' });
		this.list.addEventListener('change', () =>
			this.take(Number(this.list.value)));
		tools.append(this.list);
	}
	this.chips = element('span', { class: 'tools' });
	tools.append(this.chips);
	this.canvas = element('canvas', { role: 'img', tabindex: '0' });
	box.append(this.canvas);
	if (lies)
		box.style.height = 5.5 + 1.45 * this.all.length + 'rem';
	this.readout = element('output', { class: 'readout' });
	this.figure.append(tools, box, this.readout);
	this.canvas.addEventListener('keydown', (e) => this.key(e));
	this.canvas.addEventListener('click', (e) => this.click(e));
	if (data.kind !== 'bars')
		this.canvas.addEventListener('mousemove', (e) => this.hover(e));
	this.chart = null;
	this.draw();
};

// Take the point at ${x} out, or put it back.
View.prototype.take = function (x) {
	if (!this.out.delete(x))
		this.out.add(x);
	this.at = -1;
	this.draw();
};

View.prototype.isIn = function (p) {
	return !this.out.has(p.x) && (!this.log || p.y > 0);
};

View.prototype.offer = function () {
	const most = this.all.slice().sort((a, b) => b.y - a.y)
		.filter((p) => !this.out.has(p.x)).slice(0, CHOICES);

	this.list.replaceChildren(element('option', { value: '' },
		'Take out\u2026'));
	for (const p of most)
		this.list.append(element('option', { value: p.x }, p.name +
			' (' + words(p.y, unitOf(this.data, 1)) + ')'));
	this.chips.replaceChildren();
	for (const x of this.out) {
		const p = this.all.find((q) => q.x === x);
		const chip = element('button', { type: 'button', class: 'out',
			title: 'Put back' }, p ? p.name : String(x));
		chip.setAttribute('aria-label', 'Put back ' +
			(p ? p.name : x));
		chip.addEventListener('click', () => this.take(x));
		this.chips.append(chip);
	}
};

View.prototype.draw = function () {
	const data = this.data;
	const without = [...this.out].map((x) => {
		const p = this.all.find((q) => q.x === x);
		return p ? p.name : x;
	});

	this.buttons.forEach((b, i) =>
		b.setAttribute('aria-pressed', String((i === 0) === this.log)));
	if (this.list)
		this.offer();
	this.shown = this.all.filter((p) => this.isIn(p));
	// The few largest points stand out: a speck of 167,000 is not seen.
	this.great = this.shown.map((p) => p.y).sort((a, b) => b - a)[CHOICES];
	this.caption.replaceChildren(this.title + ' ', element('span', {},
		(this.log ? '\u00b7 logarithmic' : '\u00b7 linear') +
		(data.kind === 'density' ? ' colours' : ' scale') +
		(without.length > 0 ? ', without ' + without.join(', ') : '')));
	this.canvas.setAttribute('aria-label', data.title + ', ' +
		(this.log ? 'logarithmic' : 'linear') +
		' scale. The numbers are in the tables of this section. ' +
		'Arrow keys go from one to the next' +
		(this.list ? ', Delete takes one out.' : '.'));
	this.readout.textContent = this.legend();
	if (this.chart)
		this.chart.destroy();
	this.chart = new Chart(this.canvas, data.kind === 'bars' ?
		this.bars() : this.cloud());
};

View.prototype.legend = function () {
	if (this.data.kind !== 'density') {
		const none = this.all.filter((p) => p.y <= 0 &&
			!this.out.has(p.x)).length;
		return this.log && none > 0 ? none + ' of 0 or less have ' +
			'no place on a logarithmic scale.' : '';
	}
	const most = this.shown.reduce((m, p) => Math.max(m, p.z), 0);
	return 'From 1 (faint) to ' + grouped(most) + ' (strong) ' +
		this.data.axes[2].label + ' in a cell.';
};

// What an axis of amounts looks like.
View.prototype.amounts = function (title, unit, least) {
	const log = this.log && this.data.kind !== 'density';
	const axis = {
		type: log ? 'logarithmic' : 'linear',
		title: { display: true, text: title + (log ? ', log' : ''),
			color: colour('soft') },
		grid: { color: colour('faint'), borderColor: colour('line') },
		ticks: { color: colour('soft'), callback: (v) =>
			log && !isPower(v) ? null : tick(v, unit),
			maxRotation: 0 },
	};
	if (log) // half of the least, so that it is seen
		axis.min = 10 ** Math.floor(Math.log10(least || 1)) / 2;
	else
		axis.beginAtZero = true;
	return axis;
};

function common() {
	return {
		animation: false, responsive: true,
		maintainAspectRatio: false, normalized: true,
		plugins: { legend: { display: false }, tooltip: {
			backgroundColor: colour('text'),
			titleColor: colour('page'), bodyColor: colour('page'),
			displayColors: false, cornerRadius: 3 } },
	};
}

View.prototype.bars = function () {
	const data = this.data, shown = this.shown, options = common();
	const least = shown.reduce((m, p) => Math.min(m, p.y), Infinity);
	const value = this.amounts(data.amount, data.unit,
		isFinite(least) ? least : 1);
	const category = {
		title: { display: !this.lies, color: colour('soft'),
			text: data.category + (this.runs ? '' : ', by rank') },
		grid: { display: false, borderColor: colour('line') },
		ticks: { color: colour('soft'), autoSkip: !this.lies,
			maxRotation: 0, callback: (v) => this.lies ?
			shorten(shown[v].name, this.canvas.clientWidth) :
			this.runs ? shown[v].name : shown[v].x + 1 },
	};

	options.indexAxis = this.lies ? 'y' : 'x';
	options.scales = this.lies ? { x: value, y: category } :
		{ x: category, y: value };
	options.plugins.tooltip.callbacks = { label: (item) =>
		words(shown[item.dataIndex].y, data.unit) + ' ' +
		(data.unit === 'count' ? data.amount : '') };
	options.onHover = (e, items) => {
		if (items.length > 0)
			this.tell(shown[items[0].index]);
	};
	return { type: 'bar', options: options, data: {
		labels: shown.map((p) => p.name),
		datasets: [{ data: shown.map((p) => p.y),
			backgroundColor: colour('bar'),
			hoverBackgroundColor: colour('mark'),
			categoryPercentage: 0.92, barPercentage: 0.92 }] } };
};

function shorten(name, width) {
	const most = Math.max(14, Math.floor(width / 24));
	return name.length > most ? name.slice(0, most - 1) + '\u2026' : name;
}

/*
 * Points and cells are too many for Chart.js to keep an object of each:
 * it draws the axes and the one that is pointed at, and this the rest.
 */
View.prototype.cloud = function () {
	const data = this.data, options = common(), last = {};
	const x = data.axes[0], y = data.axes[1];

	for (const p of this.shown) {
		last.x = Math.max(last.x || 0, p.x + x.step);
		last.y = Math.max(last.y || 0, p.y + y.step);
		last.least = Math.min(last.least || Infinity, p.y);
		last.low = Math.min(last.low === undefined ? p.y : last.low,
			p.y);
	}
	options.scales = {
		x: { type: 'linear', min: 0, max: isPort(x) ? PORTS : upTo(last.x, stepSize(last.x, x)),
			title: { display: true, text: x.label,
				color: colour('soft') },
			grid: { display: false, borderColor: colour('line') },
			ticks: { color: colour('soft'), maxRotation: 0,
				stepSize: stepSize(last.x, x),
				callback: (v) => x.unit === 1 ?
				String(v) : String(Math.round(v / x.unit)) } },
		y: this.amounts(y.label, 'count', last.least),
	};
	if (isPort(y))
		portAxis(options.scales.y, last.low);
	else if (data.kind === 'density')
		options.scales.y.max = last.y;
	else
		options.scales.y.suggestedMax = last.y;
	options.plugins.tooltip.callbacks = { label: () =>
		this.describe(this.pointed) };
	return { type: 'scatter', options: options,
		plugins: [{ beforeDatasetsDraw: (c) => this.paint(c) }],
		data: { datasets: [{ data: [], pointRadius: 5,
			pointHoverRadius: 5, borderColor: colour('mark'),
			borderWidth: 2, backgroundColor: 'transparent' }] } };
};

function isPort(axis) {
	return axis.label.includes('port');
}

// All ports, or those from ${low} on where only high ones are used.
function portAxis(scale, low) {
	scale.min = low > PORTS / 2 ? low - low % 1024 : 0;
	scale.max = PORTS;
	scale.ticks.stepSize = (PORTS - scale.min) / 8;
	scale.ticks.callback = (v) => String(v);
}

function stepSize(last, axis) {
	if (isPort(axis))
		return PORTS / 8;
	if (axis.unit === 1)
		return undefined;
	const days = last / axis.unit;
	return axis.unit * (days > 40 ? 7 : days > 12 ? 5 : 1);
}

// Chart.js spreads ticks that do not fill the axis.
function upTo(last, step) {
	return step === undefined ? last : Math.ceil(last / step) * step;
}

View.prototype.paint = function (chart) {
	const ctx = chart.ctx, area = chart.chartArea;
	const sx = chart.scales.x, sy = chart.scales.y;
	const data = this.data, cells = data.kind === 'density';
	const most = cells ? this.shown.reduce((m, p) =>
		Math.max(m, p.z), 1) : 1;

	ctx.save();
	ctx.beginPath();
	ctx.rect(area.left - 2, area.top - 2, area.width + 4, area.height + 4);
	ctx.clip();
	ctx.fillStyle = colour(cells ? 'accent' : 'bar');
	const faint = this.shown.length > 4000 ? 0.5 : 0.85;
	for (const p of this.shown) {
		const px = sx.getPixelForValue(p.x);
		const py = sy.getPixelForValue(p.y);
		if (!cells) {
			const big = p.y > 0.1 * sy.max && !this.log ||
			    this.shown.length < 400 || p.y > this.great;
			const r = p.y > this.great ? 2.5 : big ? 2 : 1;
			ctx.globalAlpha = big ? 0.9 : faint;
			ctx.fillRect(px - r, py - r, 2 * r, 2 * r);
			continue;
		}
		const share = this.log ?
			Math.log(p.z + 1) / Math.log(most + 1) : p.z / most;
		const right = sx.getPixelForValue(p.x + data.axes[0].step);
		const top = sy.getPixelForValue(p.y + data.axes[1].step);
		ctx.globalAlpha = 0.08 + 0.92 * share;
		ctx.fillRect(px, top, right - px + 0.3, py - top + 0.3);
	}
	ctx.restore();
};
