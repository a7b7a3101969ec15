//! Text as it is read. Most text of facts is one of a few words repeated, and Parquet holds it as such; read as
//! dictionaries, a group is found by a small number and a word compared once a page. The rest, as the names of customers,
//! is read as views of the page it lies in. What else is done with text is done with the text itself.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{Column, DFSchema, Result};
use datafusion::logical_expr::{Expr, Operator, cast};

/// The schema by which facts are read: nullable, since DataFusion derives whether an expression can be null from the
/// logical and from the physical plan, not always alike, and refuses a plan in which they differ; and with text that
/// repeats as [`store::hinted`] has it, other text as views.
pub fn schema(schema: &Schema) -> SchemaRef {
    let hinted = store::hinted(schema);
    let fields = hinted.fields().iter().map(|field| {
        let field = field.as_ref().clone().with_nullable(true);
        if *field.data_type() == DataType::Utf8 { field.with_data_type(DataType::Utf8View) } else { field }
    });
    Arc::new(Schema::new(fields.collect::<Vec<Field>>()))
}

/// `expr` with columns that are dictionaries or views in `schema` cast to text, but for comparisons with constants and tests for
/// null, which need no text. A column by itself, as of a breakdown, stays as it is.
///
/// # Errors
/// Never in practice: the tree is only walked.
pub fn spelled_out(expr: Expr, schema: &DFSchema) -> Result<Expr> {
    let expr = expr.transform_up(|expr| Ok(known_customer(expr, schema)))?.data;
    let is_coded = |expr: &Expr| match expr {
        Expr::Column(column) => schema
            .field_with_unqualified_name(&column.name)
            .is_ok_and(|field| matches!(field.data_type(), DataType::Dictionary(..) | DataType::Utf8View)),
        _ => false,
    };
    let is_constant = |expr: &Expr| matches!(expr, Expr::Literal(..));
    if is_coded(&expr) {
        return Ok(expr);
    }
    let spelled = expr.transform_down(|expr| {
        let keeps = match &expr {
            Expr::BinaryExpr(binary) => {
                let operands = [&binary.left, &binary.right];
                matches!(binary.op, Operator::Eq | Operator::NotEq)
                    && operands.iter().any(|operand| is_coded(operand))
                    && operands.iter().all(|operand| is_coded(operand) || is_constant(operand))
            }
            Expr::InList(list) => is_coded(&list.expr) && list.list.iter().all(is_constant),
            Expr::IsNull(operand) | Expr::IsNotNull(operand) => is_coded(operand),
            _ => false,
        };
        if keeps {
            return Ok(Transformed::new(expr, false, TreeNodeRecursion::Jump));
        }
        if is_coded(&expr) {
            return Ok(Transformed::new(cast(expr, DataType::Utf8), true, TreeNodeRecursion::Jump));
        }
        Ok(Transformed::no(expr))
    })?;
    Ok(spelled.data)
}

/// Whether a customer is known, told by the system they are of: a few words repeated, where the names of customers are the
/// widest column there is. Facts have both or neither; only stored ones are read so, those of
/// worked examples name customers by their id alone.
fn known_customer(expr: Expr, schema: &DFSchema) -> Transformed<Expr> {
    let is_of = |name: &str, wanted: fn(&DataType) -> bool| {
        schema.field_with_unqualified_name(name).is_ok_and(|field| wanted(field.data_type()))
    };
    let is_customer = |operand: &Expr| {
        matches!(operand, Expr::Column(column) if column.name == "customer_id")
            && is_of("customer_id", |kind| *kind == DataType::Utf8View)
            && is_of("customer_system", |kind| matches!(kind, DataType::Dictionary(..)))
    };
    let system = || Box::new(Expr::Column(Column::from_name("customer_system")));
    match expr {
        Expr::IsNull(operand) if is_customer(&operand) => Transformed::yes(Expr::IsNull(system())),
        Expr::IsNotNull(operand) if is_customer(&operand) => Transformed::yes(Expr::IsNotNull(system())),
        other => Transformed::no(other),
    }
}

#[cfg(test)]
mod tests {
    use datafusion::logical_expr::{col, lit};
    use model::{Attributes, FactTable};

    use super::*;

    /// What is asked of a customer's name in the end, of stored facts and of those of worked examples.
    #[test]
    fn whether_a_customer_is_known() -> Result<()> {
        let given = FactTable::Ticket.schema(&Attributes::new());
        let stored = DFSchema::try_from(schema(&given).as_ref().clone())?;
        let given = DFSchema::try_from(given.as_ref().clone())?;
        let known = col("customer_id").is_not_null().and(col("is_test").eq(lit(false)));
        let by_system = col("customer_system").is_not_null().and(col("is_test").eq(lit(false)));
        assert_eq!(spelled_out(known.clone(), &stored)?, by_system);
        assert_eq!(spelled_out(known.clone(), &given)?, known);
        let other = col("ticket_id").is_null();
        assert_eq!(spelled_out(other.clone(), &stored)?, other);
        // a name itself is still read
        let named = col("customer_id").eq(lit("c"));
        assert_eq!(spelled_out(named.clone(), &stored)?, named);
        Ok(())
    }
}
