// Lint rules of our own. Plain JavaScript, because the linter may run on any Node.

/** A pure package is told the time: `Date.now()`, `new Date()` and `Date()` read the clock; `new Date(ms)` does not. */
const noClock = {
  create(context) {
    const report = (node) =>
      context.report({ node, message: 'Time comes in as an argument: do not read the clock here.' })
    return {
      NewExpression(node) {
        if (isDate(node.callee) && node.arguments.length === 0) report(node)
      },
      CallExpression(node) {
        if (isDate(node.callee)) report(node)
      },
      MemberExpression(node) {
        const name = node.computed ? node.property.value : node.property.name
        if (isDate(node.object) && name === 'now') report(node)
      },
    }
  },
}

/** `x as unknown as T` switches the type checker off; `x as T` alone is checked for overlap. */
const noDoubleAssertion = {
  create(context) {
    return {
      TSAsExpression(node) {
        if (node.expression.type !== 'TSAsExpression') return
        if (node.expression.typeAnnotation.type !== 'TSUnknownKeyword') return
        context.report({ node, message: '`as unknown as` hides a type error: narrow the value, or fix its type.' })
      },
    }
  },
}

const isDate = (node) => node.type === 'Identifier' && node.name === 'Date'

export default {
  meta: { name: 'perennial' },
  rules: { 'no-clock': noClock, 'no-double-assertion': noDoubleAssertion },
}
