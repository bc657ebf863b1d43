use std::collections::HashMap;

use graphql_parser::query::{
    Definition, Field, FragmentDefinition, OperationDefinition, Selection, SelectionSet, Value,
    parse_query,
};
use juniper::{InputValue, Variables};

use crate::http::PageRequest;
use crate::{Error, Result};

/// Fragments within fragments beyond this are no query that a person has written.
const MAX_NESTING: usize = 100;

/// How much a query may ask for.
///
/// ```
/// use frame::graphql::Limits;
/// use juniper::Variables;
///
/// let limits = Limits { max_depth: 2, max_complexity: 10 };
/// assert!(limits.check("{ book { title } }", &Variables::new()).is_ok());
/// assert!(limits.check("{ book { author { name } } }", &Variables::new()).is_err());
/// assert!(limits.check("{ books(limit: 9) { items { title } } }", &Variables::new()).is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How many levels deep fields may be nested.
    pub max_depth: usize,
    /// How many fields may be asked for, those of each item of a page counted.
    pub max_complexity: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_depth: 16,
            max_complexity: 5_000,
        }
    }
}

impl Limits {
    /// Weighs a query before it runs; of several operations the heaviest counts.
    ///
    /// # Errors
    /// [`Error::Malformed`] for a query that cannot be read or asks for too much.
    pub fn check(&self, query: &str, variables: &Variables) -> Result<Weight> {
        let weight = Weight::of(query, variables)?;
        if weight.depth > self.max_depth {
            let (depth, most) = (weight.depth, self.max_depth);
            let problem = format!("the query is {depth} levels deep, {most} are allowed");
            return Err(Error::Malformed(problem));
        }
        if weight.complexity > self.max_complexity {
            let (fields, most) = (weight.complexity, self.max_complexity);
            let problem = format!("the query may give {fields} fields, {most} are allowed");
            return Err(Error::Malformed(problem));
        }
        Ok(weight)
    }
}

/// What a query asks for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Weight {
    /// How many levels deep its fields are nested.
    pub depth: usize,
    /// How many fields it may give.
    pub complexity: usize,
    /// Whether one of its operations is a mutation.
    pub is_change: bool,
}

impl Weight {
    /// Weighs a query; of several operations the heaviest counts.
    ///
    /// # Errors
    /// [`Error::Malformed`] for a query that cannot be read.
    pub fn of(query: &str, variables: &Variables) -> Result<Self> {
        let document = parse_query::<&str>(query)
            .map_err(|error| Error::Malformed(format!("the query cannot be read: {error}")))?;
        let mut scale = Scale {
            fragments: HashMap::new(),
            variables,
            known: HashMap::new(),
        };
        let mut operations = Vec::new();
        for definition in &document.definitions {
            match definition {
                Definition::Fragment(fragment) => {
                    scale.fragments.insert(fragment.name, fragment);
                }
                Definition::Operation(operation) => operations.push(operation),
            }
        }
        let is_mutation = |operation: &&OperationDefinition<_>| {
            matches!(operation, OperationDefinition::Mutation(_))
        };
        let mut heaviest = Self {
            is_change: operations.iter().any(is_mutation),
            ..Self::default()
        };
        for operation in operations {
            let weight = scale.selections(fields(operation), 1, 0)?;
            heaviest.depth = heaviest.depth.max(weight.depth);
            heaviest.complexity = heaviest.complexity.max(weight.complexity);
        }
        Ok(heaviest)
    }

    fn beside(&mut self, other: Self) {
        self.depth = self.depth.max(other.depth);
        self.complexity = self.complexity.saturating_add(other.complexity);
    }
}

fn fields<'a, 'q>(
    operation: &'a OperationDefinition<'q, &'q str>,
) -> &'a SelectionSet<'q, &'q str> {
    match operation {
        OperationDefinition::SelectionSet(set) => set,
        OperationDefinition::Query(query) => &query.selection_set,
        OperationDefinition::Mutation(mutation) => &mutation.selection_set,
        OperationDefinition::Subscription(subscription) => &subscription.selection_set,
    }
}

struct Scale<'a, 'q> {
    fragments: HashMap<&'q str, &'a FragmentDefinition<'q, &'q str>>,
    variables: &'a Variables,
    /// The weight of fragments by how many items the page around them has.
    known: HashMap<(&'q str, usize), Weight>,
}

impl<'a, 'q> Scale<'a, 'q> {
    /// The weight of fields below one that gives `limit` items.
    fn selections(
        &mut self,
        set: &'a SelectionSet<'q, &'q str>,
        limit: usize,
        nesting: usize,
    ) -> Result<Weight> {
        if nesting > MAX_NESTING {
            return Err(Error::Malformed(
                "the query is nested too deeply".to_owned(),
            ));
        }
        let mut weight = Weight::default();
        for selection in &set.items {
            weight.beside(match selection {
                Selection::Field(field) => self.field(field, limit, nesting)?,
                Selection::InlineFragment(fragment) => {
                    self.selections(&fragment.selection_set, limit, nesting + 1)?
                }
                Selection::FragmentSpread(spread) => {
                    self.fragment(spread.fragment_name, limit, nesting)?
                }
            });
        }
        Ok(weight)
    }

    fn field(
        &mut self,
        field: &'a Field<'q, &'q str>,
        limit: usize,
        nesting: usize,
    ) -> Result<Weight> {
        let below = self.selections(&field.selection_set, self.limit(field), nesting + 1)?;
        let times = if field.name == "items" { limit } else { 1 };
        Ok(Weight {
            depth: below.depth + 1,
            complexity: below.complexity.saturating_mul(times).saturating_add(1),
            is_change: false,
        })
    }

    /// A fragment that spreads itself weighs nothing here; validation refuses it.
    fn fragment(&mut self, name: &'q str, limit: usize, nesting: usize) -> Result<Weight> {
        if let Some(known) = self.known.get(&(name, limit)) {
            return Ok(*known);
        }
        let Some(fragment) = self.fragments.get(name).copied() else {
            return Ok(Weight::default());
        };
        self.known.insert((name, limit), Weight::default());
        let weight = self.selections(&fragment.selection_set, limit, nesting + 1)?;
        self.known.insert((name, limit), weight);
        Ok(weight)
    }

    /// How many items a page may have: as many as are asked for, the most where that is not known.
    fn limit(&self, field: &Field<'q, &'q str>) -> usize {
        let argument = field.arguments.iter().find(|(name, _)| *name == "limit");
        let asked = match argument.map(|(_, value)| value) {
            None | Some(Value::Null) => i64::from(PageRequest::DEFAULT_LIMIT),
            Some(Value::Int(number)) => number.as_i64().unwrap_or(i64::MAX),
            Some(Value::Variable(name)) => {
                let value = self.variables.get(*name);
                value
                    .and_then(InputValue::as_int_value)
                    .map_or(i64::MAX, i64::from)
            }
            Some(_) => i64::MAX,
        };
        let bounded = asked.clamp(1, i64::from(PageRequest::MAX_LIMIT));
        usize::try_from(bounded).unwrap_or(usize::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weight(query: &str) -> (usize, usize) {
        let variables = Variables::from([("n".to_owned(), InputValue::scalar(3))]);
        let weight = Weight::of(query, &variables).unwrap();
        (weight.depth, weight.complexity)
    }

    #[test]
    fn fields_are_counted_as_often_as_they_come() {
        assert!(Weight::of("mutation { a }", &Variables::new()).unwrap().is_change);
        assert!(!Weight::of("{ a }", &Variables::new()).unwrap().is_change);
        assert_eq!(weight("{ a b c: a }"), (1, 3));
        assert_eq!(weight("query Q { a { b { c } } }"), (3, 3));
        assert_eq!(weight("mutation { a { b } }"), (2, 2));
        assert_eq!(weight("subscription { a }"), (1, 1));
        assert_eq!(weight("{ a(limit: 5) { items { b c } } }"), (3, 12));
        assert_eq!(weight("{ a { items { b } } }"), (3, 22));
        assert_eq!(weight("{ a(limit: null) { items { b } } }"), (3, 22));
        assert_eq!(
            weight("query($n: Int) { a(limit: $n) { items { b } } }"),
            (3, 5)
        );
        assert_eq!(
            weight("query($m: Int) { a(limit: $m) { items { b } } }"),
            (3, 102)
        );
        assert_eq!(weight("{ a(limit: 9999) { items { b } } }"), (3, 102));
        assert_eq!(weight("{ a(limit: \"x\") { items { b } } }"), (3, 102));
        assert_eq!(weight("query A { a } query B { a { b } }"), (2, 2));
    }

    #[test]
    fn fragments_count_where_they_are_spread() {
        let query = "{ a(limit: 2) { ...F } b(limit: 3) { ...F } ... { c ...None } } \
                     fragment F on P { items { x { y } } }";
        assert_eq!(weight(query), (4, 6 + 8 + 1));
        let cyclic = "{ ...F } fragment F on P { a { ...F } }";
        assert_eq!(weight(cyclic), (2, 2));
    }

    #[test]
    fn hostile_queries_are_refused_without_being_run() {
        let deep = format!("{}a{}", "{a".repeat(3_000), "}".repeat(3_000));
        let chain: String = (0..3_000)
            .map(|n| format!("fragment F{n} on P {{ ...F{} }} ", n + 1))
            .collect();
        let chain = format!("{{ ...F0 }} {chain}");
        for query in [deep.as_str(), chain.as_str(), "{", "", "{ a(b: }"] {
            let refused = Weight::of(query, &Variables::new());
            assert!(matches!(refused, Err(Error::Malformed(_))));
        }
        let lists = format!("{}x{}", "{a(limit:100){items".repeat(12), "}}".repeat(12));
        let weight = Weight::of(&lists.replace("itemsx", "items{x}"), &Variables::new());
        assert_eq!(weight.map(|weight| weight.complexity > 1_000_000), Ok(true));
    }
}
