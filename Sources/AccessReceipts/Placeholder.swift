import GRDB
package enum AccessReceiptsPlaceholder {}
