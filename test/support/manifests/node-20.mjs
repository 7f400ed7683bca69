// gitlab-ci-local is built for Node 22, whose sets can do one thing that those of Node 20 cannot.
Set.prototype.union ??= function union(other) {
  return new Set([...this, ...other]);
};
