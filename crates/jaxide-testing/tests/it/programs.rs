//! Properties of random jaxprs.

use std::{collections::BTreeSet, sync::Arc};

use jaxide_ir::verify;
use jaxide_testing::{
    generate::{Family, recipes},
    properties::{
        Checked, engines_agree_exactly, engines_agree_within_bounds, passes_keep_results,
        round_trips,
    },
};
use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};

use crate::cases;

fn hold(checked: Checked) -> Result<(), TestCaseError> {
    checked.map_err(TestCaseError::fail)
}

proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn compiled_code_gives_the_bits_of_the_interpreter(recipe in recipes(Family::Exact, 12)) {
        hold(engines_agree_exactly(&recipe.build(), &recipe.args()))?;
    }

    #[test]
    fn compiled_functions_stay_within_the_error_bound(recipe in recipes(Family::Any, 8)) {
        hold(engines_agree_within_bounds(&recipe.build(), &recipe.args()))?;
    }
}

proptest! {
    #![proptest_config(cases(150))]

    #[test]
    fn passes_keep_the_results_of_exact_programs(recipe in recipes(Family::Exact, 16)) {
        hold(passes_keep_results(&Arc::new(recipe.build()), &recipe.args()))?;
    }

    #[test]
    fn passes_keep_the_results_of_all_programs(recipe in recipes(Family::Any, 16)) {
        hold(passes_keep_results(&Arc::new(recipe.build()), &recipe.args()))?;
    }

    #[test]
    fn programs_print_and_parse_back(recipe in recipes(Family::Any, 20)) {
        hold(round_trips(&recipe.build()))?;
    }
}

#[test]
fn generated_programs_are_valid_and_use_the_registry() {
    let mut runner = TestRunner::deterministic();
    let strategy = recipes(Family::Any, 20);
    let mut used = BTreeSet::new();
    let registry = jaxide_testing::registry();
    for _ in 0..400 {
        let recipe = strategy.new_tree(&mut runner).expect("no filters").current();
        let program = recipe.build();
        verify(&program, Some(&registry)).unwrap_or_else(|error| panic!("{error}\n{program}"));
        used.extend(program.eqns.iter().map(|eqn| eqn.op.name));
    }
    assert!(used.len() > 85, "only {} ops: {used:?}", used.len());
}
