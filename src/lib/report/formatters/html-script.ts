/**
 * What the page can do beyond showing itself: filter, links to a filter or a test (`#status=broken&q=chop`, `#t-3`), copy,
 * and everything opened on paper. Runs in the browser; the page is whole without it.
 */
export const SCRIPT = `
'use strict';
(() => {
  const form = document.querySelector('form.filter');
  const tests = [...document.querySelectorAll('ol.tests > li')];
  const count = document.getElementById('shown');
  const read = () => new URLSearchParams(location.hash.slice(1));
  const fits = (test, status, words) =>
    (status === '' || test.dataset.status === status || (status === 'notable' && test.dataset.status !== 'fine')) &&
    words.every((word) => test.dataset.find.includes(word));
  const filter = () => {
    const status = form.elements.status.value;
    const words = form.elements.q.value.toLowerCase().split(/\\s+/).filter(Boolean);
    let shown = 0;
    for (const test of tests) {
      test.hidden = !fits(test, status, words);
      if (!test.hidden) shown += 1;
    }
    count.textContent = shown === tests.length ? '' : shown + ' of ' + tests.length + ' shown';
  };
  const follow = () => {
    const id = decodeURIComponent(location.hash.slice(1));
    const target = /^t-\\d+$/.test(id) ? document.getElementById(id) : null;
    if (target === null) {
      const wanted = read();
      form.elements.q.value = wanted.get('q') || '';
      form.elements.status.value = wanted.get('status') || '';
      if (form.elements.status.selectedIndex < 0) form.elements.status.value = '';
    }
    filter();
    if (target === null && count.textContent !== '') form.scrollIntoView();
    if (target === null) return;
    target.closest('li').hidden = false;
    target.closest('details').open = true;
    target.closest('li').scrollIntoView();
  };
  if (form !== null) {
    form.hidden = false;
    form.addEventListener('submit', (event) => event.preventDefault());
    form.addEventListener('input', () => {
      const wanted = new URLSearchParams();
      for (const name of ['status', 'q']) if (form.elements[name].value !== '') wanted.set(name, form.elements[name].value);
      history.replaceState(null, '', '#' + wanted);
      filter();
    });
    addEventListener('hashchange', follow);
    follow();
  }
  for (const button of document.querySelectorAll('button[data-copy]')) {
    if (!navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener('click', async () => {
      await navigator.clipboard.writeText(button.parentElement.querySelector('pre').textContent);
      button.textContent = 'Copied';
      setTimeout(() => (button.textContent = 'Copy'), 1500);
    });
  }
  let opened = [];
  addEventListener('beforeprint', () => {
    opened = [...document.querySelectorAll('ol.tests > li:not([hidden]) > details:not([open])')];
    for (const each of opened) each.open = true;
  });
  addEventListener('afterprint', () => {
    for (const each of opened) each.open = false;
  });
})();
`.trim();
