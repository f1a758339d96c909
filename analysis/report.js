/*
 * report.html: pointing, the keyboard, and the page as a whole.  Everything on
 * the page but the figures is there without scripts.
 */

// What one value of an axis is: a day, a destination.
function thing(axis) {
	return axis.label.replace(/,.*/, '').replace(/^days .*/, 'day');
}

View.prototype.describe = function (p) {
	const data = this.data;
	if (data.kind === 'bars')
		return p.name + ': ' + words(p.y, data.unit);
	const x = data.axes[0], y = data.axes[1];
	if (data.kind === 'points')
		return thing(x) + ' ' + place(data, 0, p.x) + ': ' +
			(isPort(y) ? y.label + ' ' + p.y :
			grouped(p.y) + ' ' + y.label);
	return thing(x) + ' ' + place(data, 0, p.x) + ' to ' +
		place(data, 0, p.x + x.step) + ', ' + thing(y) + ' ' +
		place(data, 1, p.y) + ' to ' +
		place(data, 1, p.y + y.step - 1) + ': ' + grouped(p.z) + ' ' +
		data.axes[2].label;
};

View.prototype.tell = function (p) {
	this.readout.textContent = this.describe(p);
};

// The point that is drawn nearest to ${e}, if any is near.
View.prototype.nearest = function (e) {
	const sx = this.chart.scales.x, sy = this.chart.scales.y;
	const data = this.data;
	let best = null, distance = 18 * 18;

	for (const p of this.shown) {
		const half = data.kind === 'density' ? 0.5 : 0;
		const dx = sx.getPixelForValue(p.x + half *
			data.axes[0].step) - e.offsetX;
		if (dx * dx >= distance)
			continue;
		const dy = sy.getPixelForValue(p.y + half *
			data.axes[1].step) - e.offsetY;
		const d = dx * dx + dy * dy;
		if (d < distance) {
			distance = d;
			best = p;
		}
	}
	return best;
};

// Mark ${p}, or nothing.
View.prototype.point = function (p) {
	const set = this.chart.data.datasets[0];

	if (this.pointed === p)
		return;
	this.pointed = p;
	if (!p) {
		set.data = [];
		this.chart.update('none');
		return;
	}
	const half = this.data.kind === 'density' ? 0.5 : 0;
	const at = { x: p.x + half * this.data.axes[0].step,
		y: p.y + half * this.data.axes[1].step };
	set.data = [at];
	this.tell(p);
	this.chart.update('none');
	this.chart.tooltip.setActiveElements([{ datasetIndex: 0, index: 0 }],
		{ x: 0, y: 0 });
	this.chart.update('none');
};

View.prototype.hover = function (e) {
	this.point(this.nearest(e));
};

View.prototype.click = function (e) {
	if (!this.list)
		return;
	if (this.data.kind === 'points') {
		const p = this.nearest(e);
		if (p)
			this.take(p.x);
		return;
	}
	const items = this.chart.getElementsAtEventForMode(e, 'index',
		{ intersect: true }, false);
	if (items.length > 0)
		this.take(this.shown[items[0].index].x);
};

View.prototype.key = function (e) {
	const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1,
		ArrowUp: -1 }[e.key];
	const n = this.shown.length;

	if (step && n > 0) {
		this.at = (this.at + step + n) % n;
		const p = this.shown[this.at];
		if (this.data.kind === 'bars') {
			this.chart.setActiveElements([{ datasetIndex: 0,
				index: this.at }]);
			this.chart.update('none');
			this.tell(p);
		} else {
			this.point(p);
		}
	} else if (e.key === 'Delete' && this.at >= 0 && this.list) {
		this.take(this.shown[this.at].x);
	} else {
		return;
	}
	e.preventDefault();
};

// Figures are drawn when they come near the window, and all for paper.

function show(figure) {
	if (!views.has(figure))
		views.set(figure, new View(figure));
}

const figures = [...document.querySelectorAll('figure.chart')];
const watch = new IntersectionObserver((entries) => {
	for (const entry of entries)
		if (entry.isIntersecting) {
			watch.unobserve(entry.target);
			show(entry.target);
		}
}, { rootMargin: '600px' });

Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
for (const figure of figures) {
	const data = charts[Number(figure.dataset.chart)];
	// Room for it before it is drawn, so that the page stays put.
	figure.style.minHeight = isLying(data) ?
		10 + 1.45 * data.labels.length + 'rem' : '24rem';
	watch.observe(figure);
}

function redraw() {
	for (const view of views.values())
		view.draw();
}

window.addEventListener('beforeprint', () => {
	root.classList.add('paper');
	figures.forEach(show);
	redraw();
});
window.addEventListener('afterprint', () => {
	root.classList.remove('paper');
	redraw();
});
matchMedia('(prefers-color-scheme: dark)').addEventListener('change',
	redraw);

// A host's own page: its part of this one, alone.

for (const part of document.querySelectorAll('.of-host')) {
	const b = element('button', { type: 'button', class: 'alone',
		'aria-pressed': 'false' }, 'Show this host alone');
	b.addEventListener('click', () => {
		const alone = root.classList.toggle('one-host');
		part.classList.toggle('shown', alone);
		b.setAttribute('aria-pressed', String(alone));
		b.textContent = alone ? 'Show the whole report' :
			'Show this host alone';
		part.scrollIntoView();
	});
	part.querySelector('h2').append(b);
}
for (const link of document.querySelectorAll('nav a'))
	link.addEventListener('click', () => {
		for (const b of document.querySelectorAll(
			'.alone[aria-pressed="true"]'))
			b.click();
	});

// On a phone the contents are closed until they are asked for.
const contents = document.querySelector('nav details');
if (matchMedia('(max-width: 56rem)').matches) {
	contents.open = false;
	contents.addEventListener('click', (e) => {
		if (e.target.closest('a'))
			contents.open = false;
	});
}
