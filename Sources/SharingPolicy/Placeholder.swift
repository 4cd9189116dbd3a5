import Yams
package enum SharingPolicyPlaceholder {}
