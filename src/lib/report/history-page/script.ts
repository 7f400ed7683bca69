/**
 * The page's script: local times, the age of the last run, titles of cells, the way from a cell to its run, and copy
 * buttons. The page is complete without it.
 */
import { COPY, TIMES } from '../formatters/html/script.ts';
import { CELL_WORDS } from './strips.ts';

const AGE = `
  for (const age of document.querySelectorAll('[data-age]')) {
    const minutes = Math.floor((Date.now() - Date.parse(age.dataset.age)) / 60000);
    const [count, unit] = minutes >= 2880 ? [minutes / 1440, 'day'] : minutes >= 120 ? [minutes / 60, 'hour'] : [minutes, 'minute'];
    if (minutes > 0) age.textContent = ', ' + Math.floor(count) + ' ' + unit + (Math.floor(count) === 1 ? '' : 's') + ' ago';
  }
`;

/** Titles of thousands of cells would be most of the page, so they are made when a cell is pointed at. */
const CELLS = `
  const words = ${JSON.stringify(CELL_WORDS)};
  const titled = (cell) => {
    const at = [...cell.parentElement.children].indexOf(cell);
    return cell.closest('.rows').querySelector('.all .cells').children[at].title;
  };
  document.addEventListener('mouseover', ({ target }) => {
    if (target.matches('.cells > i:not([title])')) target.title = titled(target).replace(/: .*$/, ': ') + words[target.className];
  });
  document.addEventListener('click', ({ target }) => {
    if (target.matches('.cells > i')) location.hash = '#run-' + titled(target).split(' ')[0];
  });
`;

/** A run in the fold of older ones is shown when it is linked to. */
const FOLDS = `
  const follow = () => {
    const run = document.getElementById(location.hash.slice(1));
    const folds = [];
    for (let fold = run && run.closest('details'); fold; fold = fold.parentElement.closest('details')) folds.push(fold);
    for (const fold of folds) fold.open = true;
    if (folds.length > 0) run.scrollIntoView({ block: 'center' });
  };
  addEventListener('hashchange', follow);
  follow();
`;

export const SCRIPT = `'use strict';
(() => {${TIMES}${AGE}${CELLS}${FOLDS}${COPY}})();`;
