/**
 * The page's script: filters, links to a filter or a test (`#status=broken&q=chop`, `#t-3`), copy buttons, and opening
 * everything for printing. The page is complete without it.
 */
const FILTER = `
  const form = document.querySelector('form.filter');
  const tests = [...document.querySelectorAll('ol.tests > li')];
  const count = document.getElementById('shown');
  const reset = form && form.querySelector('[type=reset]');
  // What only links choose.
  const LINKED = ['kind', 'scenario', 'stage'];
  let linked = {};
  const number = (value) => String(value).replace(/\\B(?=(\\d{3})+$)/g, ',');
  const fits = ({ dataset }, status, words) =>
    (status === '' || dataset.status === status || (status === 'notable' && dataset.status !== 'fine')) &&
    (!linked.kind || dataset.kind === linked.kind) &&
    (!linked.scenario || dataset.scenario === linked.scenario) &&
    (!linked.stage || (dataset.stages || '').split('\\n').includes(linked.stage)) &&
    words.every((word) => dataset.find.includes(word));
  const named = (key) => {
    if (key !== 'kind') return linked[key].replace(':', ' ');
    const said = document.getElementById('kind-' + linked.kind);
    return said === null ? 'kind ' + linked.kind : '“' + said.textContent.slice(0, 80) + '”';
  };
  const filter = () => {
    const status = form.elements.status.value;
    const words = form.elements.q.value.toLowerCase().split(/\\s+/).filter(Boolean);
    const chosen = LINKED.filter((key) => linked[key]).map(named);
    let shown = 0;
    for (const test of tests) {
      const fit = fits(test, status, words);
      if (test.hidden === fit) test.hidden = !fit;
      if (fit) shown += 1;
    }
    reset.hidden = status === '' && words.length + chosen.length === 0;
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
      count.textContent = 'Test ' + id.slice(2) + ' is not on this page';
      form.scrollIntoView();
      return;
    }
    const item = test.closest('li');
    if (item.hidden) choose(new URLSearchParams());
    test.closest('details').open = true;
    const line = item.querySelector('summary');
    // The browser goes to what the link names once more, which stands below the line.
    test.style.scrollMarginTop = line.offsetHeight + 8 + 'px';
    item.scrollIntoView();
    line.focus({ preventScroll: true });
  };
  const follow = () => {
    const hash = location.hash.slice(1);
    if (/^t-\\d+$/.test(hash)) return open(hash);
    // A part of the page: what is filtered stays.
    if (form === null || (hash !== '' && document.getElementById(hash) !== null)) return;
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
      // Browsers allow only so many changes of the address in a while.
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

const COPY_AND_PRINT = `
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
  let opened = [];
  addEventListener('beforeprint', () => {
    opened = [...document.querySelectorAll('ol.tests > li:not([hidden]) > details:not([open])')];
    for (const each of opened) each.open = true;
  });
  addEventListener('afterprint', () => {
    for (const each of opened) each.open = false;
  });
`;

export const SCRIPT = `'use strict';
(() => {${FILTER}${LINKS}${COPY_AND_PRINT}})();`;
