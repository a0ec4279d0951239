//! A tour of jaxide along the course page on JIT compilation: each section runs and prints what it
//! computes.

#![allow(clippy::print_stdout, reason = "a tour shows its results")]

mod tour {
    pub(crate) mod control_flow;
    pub(crate) mod jaxprs;
    pub(crate) mod jit;
    pub(crate) mod statics;
    pub(crate) mod timings;
}

fn main() {
    tour::jit::show();
    tour::jaxprs::show();
    tour::statics::show();
    tour::control_flow::show();
    tour::statics::show_operations();
    tour::timings::show();
    tour::timings::show_costs();
}

/// The title of a section.
fn section(title: &str) {
    println!("\n== {title}\n");
}
