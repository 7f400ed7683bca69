/**
 * The page's script: local times, filters, links to a filter or a test (`#status=broken&q=chop`, `#test-3`), keys, copy
 * buttons, and opening what is printed. The page is complete without it.
 */
export const TIMES = `
  const clock = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
  for (const time of document.querySelectorAll('time')) {
    const at = new Date(time.dateTime);
    if (Number.isNaN(at.getTime())) continue;
    time.title = time.textContent;
    time.textContent = clock.format(at);
  }
`;

const FILTER = `
  const form = document.querySelector('form.filter');
  const groups = [...document.querySelectorAll('details.group')];
  const unfolded = new Set(groups.filter((group) => group.open));
  const tests = [...document.querySelectorAll('ol.tests > li')];
  const count = document.getElementById('shown');
  const reset = form && form.querySelector('[type=reset]');
  // What only links choose.
  const LINKED = ['kind', 'scenario', 'stage'];
  let linked = {};
  const number = (value) => String(value).replace(/\\B(?=(\\d{3})+$)/g, ',');
  const fits = ({ dataset }, status, words) =>
    (status === '' || dataset.status === status) &&
    (!linked.kind || dataset.kind === linked.kind) &&
    (!linked.scenario || dataset.scenario === linked.scenario) &&
    (!linked.stage || (dataset.stages || '').split('\\n').includes(linked.stage)) &&
    words.every((word) => dataset.find.includes(word));
  const named = (key) => {
    if (key !== 'kind') return linked[key].replace(':', ' ');
    const said = document.querySelector('#problem-' + CSS.escape(linked.kind) + ' .anywhere');
    return said === null ? 'problem ' + linked.kind : '“' + said.textContent.slice(0, 80) + '”';
  };
  const filter = () => {
    const status = form.elements.status.value;
    const words = form.elements.q.value.toLowerCase().split(/\\s+/).filter(Boolean);
    const chosen = LINKED.filter((key) => linked[key]).map(named);
    const all = status === '' && words.length + chosen.length === 0;
    let shown = 0;
    const filled = new Set();
    for (const test of tests) {
      const fit = fits(test, status, words);
      if (test.hidden === fit) test.hidden = !fit;
      if (!fit) continue;
      shown += 1;
      filled.add(test.closest('details'));
    }
    for (const group of groups) {
      group.hidden = !filled.has(group);
      // A group that the reader opened stays open.
      if (!all) group.open = true;
      else if (!reset.hidden) group.open = unfolded.has(group);
    }
    reset.hidden = all;
    count.textContent = reset.hidden ? '' :
      (shown === 0 ? 'No test matches' : number(shown) + ' of ' + number(tests.length) + ' shown') +
      (chosen.length === 0 ? '' : ': ' + chosen.join(', '));
  };
  const choose = (wanted) => {
    linked = Object.fromEntries(LINKED.map((key) => [key, wanted.get(key) || '']));
    form.elements.q.value = wanted.get('q') || '';
    // A status that there is none of leaves it at all.
    form.elements.status[0].checked = true;
    form.elements.status.value = wanted.get('status') || '';
    filter();
  };
  const keep = () => {
    const wanted = new URLSearchParams();
    for (const name of ['status', 'q']) if (form.elements[name].value !== '') wanted.set(name, form.elements[name].value);
    for (const key of LINKED) if (linked[key]) wanted.set(key, linked[key]);
    history.replaceState(null, '', '#' + wanted);
  };
`;

const LINKS = `
  const open = (id) => {
    const test = document.getElementById(id);
    if (test === null) {
      if (form === null) return;
      count.textContent = 'Test ' + id.slice(5) + ' is not on this page';
      form.scrollIntoView();
      return;
    }
    const item = test.closest('li');
    if (item.hidden) choose(new URLSearchParams());
    item.closest('details').open = true;
    test.closest('details').open = true;
    const line = item.querySelector('summary');
    // The browser scrolls to the link's target again, which is below the fold.
    test.style.scrollMarginTop = line.offsetHeight + 8 + 'px';
    item.scrollIntoView();
    line.focus({ preventScroll: true });
  };
  const decoded = (text) => {
    try {
      return decodeURIComponent(text);
    } catch {
      return text;
    }
  };
  const reveal = (place) => {
    for (let fold = place.closest('details'); fold !== null; fold = fold.parentElement.closest('details')) fold.open = true;
    // A column of the table may stand beside what the screen shows.
    if (place.tagName === 'TH') place.scrollIntoView({ inline: 'center' });
  };
  const follow = () => {
    const hash = location.hash.slice(1);
    if (/^test-\\d+$/.test(hash)) return open(hash);
    const place = hash === '' ? null : document.getElementById(decoded(hash));
    // A part of the page: what is filtered stays.
    if (place !== null) return reveal(place);
    if (form === null) return;
    choose(new URLSearchParams(hash));
    if (!reset.hidden) document.getElementById('tests').scrollIntoView();
  };
  for (const text of document.querySelectorAll('[data-go]')) {
    if (form === null) break;
    const link = document.createElement('a');
    link.href = '#' + text.dataset.go;
    link.append(...text.childNodes);
    text.append(link);
  }
  if (form !== null) {
    form.hidden = false;
    form.addEventListener('submit', (event) => event.preventDefault());
    form.addEventListener('reset', (event) => {
      event.preventDefault();
      choose(new URLSearchParams());
      keep();
      form.elements.q.focus();
    });
    let soon;
    form.addEventListener('input', () => {
      clearTimeout(soon);
      // Browsers limit how often the address may change.
      soon = setTimeout(() => { filter(); keep(); }, 120);
    });
  }
  addEventListener('hashchange', follow);
  document.addEventListener('click', ({ target }) => {
    const link = target.closest('a[href^="#"]');
    if (link !== null && link.hash === location.hash) follow();
  });
  follow();
`;

const KEYS = `
  const turnOff = form && form.elements.keys;
  const lineOf = (test) => test.querySelector('summary');
  const step = (by) => {
    const shown = tests.filter((test) => !test.hidden);
    const at = shown.findIndex((test) => test.contains(document.activeElement));
    const next = shown[at === -1 ? (by > 0 ? 0 : shown.length - 1) : at + by];
    if (next === undefined) return;
    next.closest('details').open = true;
    lineOf(next).focus({ preventScroll: true });
    lineOf(next).scrollIntoView({ block: 'center' });
  };
  if (turnOff) {
    turnOff.addEventListener('click', () => {
      const off = turnOff.getAttribute('aria-pressed') !== 'true';
      turnOff.setAttribute('aria-pressed', off);
      turnOff.textContent = off ? 'Turned off' : 'Turn off';
    });
    addEventListener('keydown', (event) => {
      const { key, target } = event;
      if (event.ctrlKey || event.metaKey || event.altKey || turnOff.getAttribute('aria-pressed') === 'true') return;
      if (target === form.elements.q) {
        if (key === 'Escape') target.blur();
        return;
      }
      if (key === '/') {
        event.preventDefault();
        form.elements.q.focus();
        form.elements.q.select();
      }
      if (key === 'j') step(1);
      if (key === 'k') step(-1);
    });
  }
`;

export const COPY = `
  const copy = async (node) => {
    try {
      await navigator.clipboard.writeText(node.textContent);
      return true;
    } catch {
      // Not given to pages that came by plain HTTP; what is selected can be copied by hand at least.
      getSelection().selectAllChildren(node);
      return document.execCommand('copy');
    }
  };
  for (const button of document.querySelectorAll('button[data-copy]')) button.hidden = false;
  document.addEventListener('click', async ({ target }) => {
    const button = target.closest('button[data-copy]');
    if (button === null) return;
    const label = button.firstChild;
    label.data = (await copy(button.parentElement.querySelector('pre, code'))) ? 'Copied' : 'Selected';
    setTimeout(() => (label.data = 'Copy'), 1500);
  });
`;

const PRINT = `
  let opened = [];
  addEventListener('beforeprint', () => {
    const printed = 'ul.problems details, details.rest, details.group.broken, details.group.broken.few li:not([hidden]) > details';
    opened = [...document.querySelectorAll(printed)].filter((each) => !each.open);
    for (const each of opened) each.open = true;
  });
  addEventListener('afterprint', () => {
    for (const each of opened) each.open = false;
  });
`;

export const SCRIPT = `'use strict';
(() => {${TIMES}${FILTER}${LINKS}${KEYS}${COPY}${PRINT}})();`;
